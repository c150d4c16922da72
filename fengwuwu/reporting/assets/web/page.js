// Sorting of tables and the origin of figures. Runs last and tells tests when the page is ready.
"use strict";
(() => {
  const collator = new Intl.Collator("zh-CN", { numeric: true });
  const unknown = "待补充";

  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    const text = cell.textContent.trim();
    const plain = text.replace(/,/g, "");
    return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : text;
  };

  // Unknown values stay last in either direction; the total stays where it is.
  const compare = (a, b, direction) => {
    if ((a === unknown) !== (b === unknown)) return a === unknown ? 1 : -1;
    if (typeof a === "number" && typeof b === "number") return direction * (a - b);
    return direction * collator.compare(String(a), String(b));
  };

  for (const table of document.querySelectorAll("table.data")) {
    const heads = [...table.tHead.rows[0].cells];
    const sort = (head, column) => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const body = table.tBodies[0];
      const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
      const totals = [...body.rows].filter((row) => row.classList.contains("total"));
      rows.sort((a, b) => compare(key(a, column), key(b, column), ascending ? 1 : -1));
      body.append(...rows, ...totals);
    };
    // Spans, not buttons: browsers leave buttons out of the header they repeat on printed pages.
    heads.forEach((head, column) => {
      const handle = head.querySelector(".sort");
      handle.addEventListener("click", () => sort(head, column));
      handle.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(head, column);
      });
    });
  }

  const { facts } = JSON.parse(document.getElementById("data").textContent);
  const popover = document.getElementById("origin");
  let opener = null;

  const hide = () => { popover.hidden = true; opener = null; };
  const show = (target) => {
    const fact = facts[target.dataset.fact];
    if (!fact || opener === target) { hide(); return; }
    opener = target;
    const lines = [["指标", fact.label], ["数值", [fact.value, fact.unit].filter(Boolean).join(" ")], ["年份", fact.year],
      ["状态", fact.status], ["来源", fact.source], ["算法", fact.rule]];
    const list = document.createElement("dl");
    for (const [name, text] of lines.filter((line) => line[1])) {
      list.append(Object.assign(document.createElement("dt"), { textContent: name }),
        Object.assign(document.createElement("dd"), { textContent: text }));
    }
    popover.replaceChildren(list);
    if (document.getElementById("fact_" + fact.name)) {
      const link = Object.assign(document.createElement("a"), { className: "link", textContent: "查看数值来源表第" + fact.number + "项" });
      link.href = "#fact_" + fact.name;
      popover.append(link);
    }
    popover.hidden = false;
    const box = target.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left + scrollX, scrollX + document.documentElement.clientWidth - popover.offsetWidth - 8));
    popover.style.left = left + "px";
    popover.style.top = box.bottom + scrollY + 6 + "px";
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest(".fact");
    if (target) show(target);
    else if (!event.target.closest("#origin") || event.target.closest("a")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if ((event.key === "Enter" || event.key === " ") && event.target.classList?.contains("fact")) {
      event.preventDefault();
      show(event.target);
    }
  });
  document.documentElement.dataset.ready = "1";
})();
