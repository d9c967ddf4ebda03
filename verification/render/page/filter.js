"use strict";
// Without this script nothing is lost but the box that it shows.
const box = document.getElementById("filter");
const told = document.querySelector("output");
const items = [...document.querySelectorAll("[data-item]")].map((item) => ({
  item,
  text: `${item.textContent} ${item.dataset.more || ""}`.toLowerCase(),
}));
const groups = [...document.querySelectorAll("[data-group]")];

function filter() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { item, text } of items) {
    item.hidden = !words.every((word) => text.includes(word));
    shown += item.hidden ? 0 : 1;
  }
  for (const group of groups) {
    group.hidden = words.length > 0 && !group.querySelector("[data-item]:not([hidden])");
  }
  told.textContent = words.length ? `${shown} of ${items.length} entries` : "";
}

document.querySelector(".filter").hidden = items.length === 0;
box.addEventListener("input", filter);
filter();
