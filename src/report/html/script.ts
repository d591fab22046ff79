/**
 * The page's script: filters, zoom and the line under a pointed-at bar. It adds nothing to read; everything is in the
 * page without it. It reads and writes text and attributes only, never markup.
 */
export const PAGE_SCRIPT = `
"use strict";
for (const controls of document.querySelectorAll("[data-controls]")) controls.hidden = false;

for (const section of document.querySelectorAll("section:has([data-timeline])")) {
  const controls = section.querySelector("[data-controls]");
  if (controls === null) continue;
  const range = controls.querySelector("[data-threshold]");
  const box = controls.querySelector("[data-threshold-box]");
  const table = controls.querySelector("[data-lane-filter]");
  const shown = controls.querySelector("[data-shown]");
  const inner = section.querySelector(".timeline-inner");
  const detail = section.querySelector("[data-detail]");
  const lanes = [...section.querySelectorAll("[data-lane]")];

  const apply = (seconds) => {
    let visible = 0;
    let total = 0;
    for (const lane of lanes) {
      const wanted = table.value === "" || lane.dataset.lane === table.value;
      lane.hidden = !wanted;
      let bottom = 12;
      for (const bar of lane.querySelectorAll("[data-seconds]")) {
        const keep = Number(bar.dataset.seconds) >= seconds;
        total += 1;
        if (keep && wanted) visible += 1;
        if (keep) bottom = Math.max(bottom, bar.y.baseVal.value + bar.height.baseVal.value);
        bar.classList.toggle("filtered", !keep);
        const label = bar.nextElementSibling;
        if (label !== null && label.classList.contains("bar-label")) label.classList.toggle("filtered", !keep);
      }
      lane.querySelector("svg").setAttribute("height", String(Math.ceil(bottom) + 6));
    }
    shown.textContent = visible + " of " + total + " bars";
  };
  range.addEventListener("input", () => { box.value = range.value; apply(Number(range.value)); });
  box.addEventListener("input", () => { range.value = box.value; apply(Number(box.value)); });
  table.addEventListener("change", () => apply(Number(range.value)));
  apply(0);

  let zoom = 1;
  for (const button of controls.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      zoom = Math.min(32, Math.max(1, zoom * Number(button.dataset.zoom)));
      inner.style.setProperty("--zoom", String(zoom));
    });
  }

  const show = (event) => {
    const bar = event.target.closest("[data-seconds]");
    if (bar === null) return;
    detail.hidden = false;
    detail.textContent = bar.querySelector("title").textContent;
    for (const marked of section.querySelectorAll(".pointed")) marked.classList.remove("pointed");
    bar.classList.add("pointed");
  };
  inner.addEventListener("pointerover", show);
  inner.addEventListener("click", show);
}

for (const input of document.querySelectorAll("[data-table-filter]")) {
  const rows = [...document.getElementById(input.dataset.tableFilter).tBodies[0].rows];
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

// On paper nothing can be unfolded.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});
`;
