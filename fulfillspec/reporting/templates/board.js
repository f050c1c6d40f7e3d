"use strict";
// The board is whole and sorted without this: it lets the columns sort and adds a search field over the targets.
const overview = document.querySelector("#overview");
const body = overview.tBodies[0];
const rowsOf = (number) => document.querySelectorAll(`tr[data-row="${number}"]`);

const compare = (one, other) => {
  const numbers = [Number(one), Number(other)];
  return numbers.some(Number.isNaN) ? one.localeCompare(other) : numbers[0] - numbers[1];
};

const order = (heading, column) => {
  const falling = heading.getAttribute("aria-sort") === "ascending";
  for (const each of overview.querySelectorAll("th[aria-sort]")) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.v;
  const rows = [...body.rows].sort((one, other) => compare(value(one), value(other)) * (falling ? -1 : 1));
  body.append(...rows);
  for (const table of document.querySelectorAll("table.areas:not(.beside)")) {
    const place = new Map([...table.tBodies[0].rows].map((row) => [row.dataset.row, row]));
    table.tBodies[0].append(...rows.map((row) => place.get(row.dataset.row)).filter(Boolean));
  }
};

const [upper, lower] = overview.tHead.rows;
const singles = [...upper.cells].filter((cell) => cell.rowSpan === 2);
const headings = [...singles.slice(0, 3), ...lower.cells, singles[3]];
headings.forEach((heading, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => order(heading, column));
  heading.append(button);
});

const filter = document.querySelector("#targets .filter");
const label = document.createElement("label");
const field = document.createElement("input");
const told = document.createElement("span");
Object.assign(field, { type: "search", placeholder: "target, version, verdict", id: "find" });
Object.assign(told, { className: "soft" });
told.setAttribute("aria-live", "polite");
label.htmlFor = "find";
label.append("Find ");
filter.prepend(label, field, told);
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of body.rows) {
    const text = row.textContent.toLowerCase();
    const matches = words.every((word) => text.includes(word));
    for (const same of rowsOf(row.dataset.row)) same.classList.toggle("unmatched", !matches);
    found += matches;
  }
  told.textContent = words.length ? `${found} found` : "";
});
