"use strict";
// The page is whole without this: it adds a search field over the requirements and a button to copy a command.
const make = (tag, facts, ...inside) => {
  const made = Object.assign(document.createElement(tag), facts);
  made.append(...inside);
  return made;
};

const filter = document.querySelector("#requirements .filter");
if (filter) {
  const field = make("input", { type: "search", placeholder: "id, word, area", id: "find" });
  const told = make("span", { className: "soft" });
  told.setAttribute("aria-live", "polite");
  filter.prepend(make("label", { htmlFor: "find" }, "Find "), field, told);
  const areas = [...document.querySelectorAll("#requirements .area")];
  const before = areas.map((area) => area.open);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    areas.forEach((area, place) => {
      const name = area.querySelector("summary b").textContent;
      let here = 0;
      for (const row of area.querySelectorAll("tbody > tr")) {
        const text = `${name} ${row.textContent}`.toLowerCase();
        const matches = words.every((word) => text.includes(word));
        row.classList.toggle("unmatched", !matches);
        here += matches;
      }
      area.classList.toggle("unmatched", !here);
      area.open = words.length ? here > 0 : before[place];
      found += here;
    });
    told.textContent = words.length ? `${found} found` : "";
  });
}

if (navigator.clipboard) {
  for (const text of document.querySelectorAll("pre.copy")) {
    const button = make("button", { type: "button", textContent: "Copy" });
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(text.textContent).then(() => { button.textContent = "Copied"; }));
    const around = make("div", { className: "copied" });
    text.replaceWith(around);
    around.append(text, button);
  }
}
