// A curve whose points can be picked: totals, table and map follow. Radio buttons carry it, so keys and readers work.
"use strict";
(() => {
  const { choices } = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 760, HEIGHT = 300, LEFT = 78, RIGHT = 24, TOP = 16, BOTTOM = 54;

  const make = (name, attributes, text = "") => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.textContent = text;
    return node;
  };

  const scale = (values, from, to) => {
    const low = Math.min(...values), high = Math.max(...values), margin = (high - low) * 0.1 || 1;
    return (value) => from + ((value - low + margin) / (high - low + 2 * margin)) * (to - from);
  };

  const draw = (spec, pick) => {
    const picture = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${spec.x_label}与${spec.y_label}` });
    const x = scale(spec.points.map((point) => point.x), LEFT, WIDTH - RIGHT);
    const y = scale(spec.points.map((point) => point.y), HEIGHT - BOTTOM, TOP);
    picture.append(make("path", { d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`, class: "axis" }));
    picture.append(make("polyline", { points: spec.points.map((p) => `${x(p.x)},${y(p.y)}`).join(" "), class: "line" }));
    const ends = (values) => [Math.min(...values), Math.max(...values)];
    for (const value of new Set(ends(spec.points.map((p) => p.x))))
      picture.append(make("text", { x: x(value), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, value.toFixed(spec.x_digits)));
    for (const value of new Set(ends(spec.points.map((p) => p.y))))
      picture.append(make("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" },
        value.toLocaleString("zh-CN", { maximumFractionDigits: 1 })));
    picture.append(make("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 12, "text-anchor": "middle" }, spec.x_label));
    picture.append(make("text", { transform: `translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`, "text-anchor": "middle" }, spec.y_label));
    const dots = spec.points.map((point, index) => {
      const dot = make("circle", { cx: x(point.x), cy: y(point.y), r: 8, class: point.hollow ? "dot hollow" : "dot", "data-point": index });
      dot.append(make("title", {}, [point.label, point.remark].filter(Boolean).join("，")));
      dot.addEventListener("click", () => pick(index));
      picture.append(dot, make("text", { x: x(point.x) + 11, y: y(point.y) - 9 }, String(index + 1)));
      return dot;
    });
    return [picture, dots];
  };

  const cell = (value, column) => {
    const made = document.createElement("td");
    made.className = column.align + (value.text.length <= 12 ? " short" : "");
    if (value.value !== null) made.dataset.value = value.value;
    made.textContent = value.text;
    if (value.mark) made.append(Object.assign(document.createElement("sup"), { textContent: value.mark }));
    return made;
  };

  for (const element of document.querySelectorAll(".choice")) {
    const spec = choices[element.dataset.choice];
    const radios = [...element.querySelectorAll("input[type=radio]")];
    const table = element.parentElement.querySelector("table.data");
    const map = element.parentElement.querySelector("[data-map]");
    let dots = [];

    const show = (index) => {
      const point = spec.points[index];
      radios[index].checked = true;
      dots.forEach((dot, place) => dot.classList.toggle("picked", place === index));
      element.querySelector(".totals").replaceChildren(...point.totals.map(([name, text]) => {
        const pair = document.createElement("div");
        pair.append(Object.assign(document.createElement("dt"), { textContent: name }),
          Object.assign(document.createElement("dd"), { textContent: text }));
        return pair;
      }));
      table.tHead.querySelectorAll("th").forEach((head) => head.setAttribute("aria-sort", "none"));
      table.tBodies[0].replaceChildren(...point.rows.map((row) => {
        const line = document.createElement("tr");
        line.append(...row.map((value, place) => cell(value, spec.columns[place])));
        return line;
      }));
      const chosen = new Set(point.chosen);
      map?.remark((properties, kind) => {
        properties[kind] = chosen.has(properties[spec.key]) ? spec.inside : spec.outside;
      });
      element.dataset.picked = String(index);
    };

    const [picture, drawn] = draw(spec, (index) => { show(index); radios[index].focus(); });
    dots = drawn;
    element.querySelector(".curve").append(picture);
    radios.forEach((radio, index) => radio.addEventListener("change", () => show(index)));
    show(spec.start);
  }
})();
