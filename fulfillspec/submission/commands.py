"""The commands that hand a run in: `pack` and `attest`."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_LEVELS = ("full", "vendor", "public")


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(_LEVELS), default=_LEVELS[0], show_default=True, help="How much it holds.")
@click.option("--out", type=_NEW_FILE, help="The archive to write. Default: DIRECTORY.zip, with the level if not full.")
def pack(directory: Path, level: str, out: Path | None) -> int:
    """Write a stored run as one archive to hand in; the same run gives the same bytes.

    full: everything that verify needs. vendor: without bodies that held personal data. public: verdicts and what they
    quote, no exchange.
    """
    from fulfillspec.submission import archive

    suffix = ".zip" if level == _LEVELS[0] else f".{level}.zip"
    target = out or directory.with_name(f"{directory.resolve().name}{suffix}")
    try:
        manifest = archive.pack(directory, target, level)
    except (archive.BadArchive, OSError) as reason:
        raise click.ClickException(str(reason)) from None
    size = target.stat().st_size
    click.echo(f"{target}: {size:,} bytes, level {level}, {len(manifest.files)} files of run {manifest.run}")
    return 0


@click.command()
@click.argument("archive", type=_FILE)
@click.option("--key", type=_FILE, required=True, help="Private Ed25519 key (PEM).")
@click.option("--out", type=_NEW_FILE, help="The claim to write. Default: ARCHIVE.dsse.json.")
def attest(archive: Path, key: Path, out: Path | None) -> int:
    """Sign what an archive shows: an in-toto test result in a DSSE envelope.

    The archive is checked first, and nothing is signed that does not agree with itself.
    """
    from fulfillspec.submission import attestation, handed_in
    from fulfillspec.verdicts.stored import NotARun
    from fulfillspec.verification import in_words

    try:
        done = handed_in.verify(archive, None, None)
        if done.disagreements:
            click.echo(in_words(done, archive), err=True)
            return 1
        envelope = attestation.sign(attestation.of_archive(archive), key)
        (out or attestation.beside(archive)).write_text(envelope, "utf-8")
    except (attestation.BadAttestation, NotARun, OSError) as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(str(out or attestation.beside(archive)))
    return 0
