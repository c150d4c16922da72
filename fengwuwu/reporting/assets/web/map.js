// Interactive maps: layers, hover, filters by county and kind. No tiles, nothing is fetched.
"use strict";
(() => {
  const { maps } = JSON.parse(document.getElementById("data").textContent);

  const tooltip = (fields, properties) => {
    const table = document.createElement("table");
    for (const [column, label] of fields) {
      const row = table.insertRow();
      row.append(Object.assign(document.createElement("th"), { textContent: label }));
      row.insertCell().textContent = properties[column];
    }
    return table;
  };

  const build = (element, spec) => {
    const map = L.map(element, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
    const chosen = { county: "", kind: "" };
    const groups = {};
    const counties = new Set();
    const kinds = new Map();

    const shown = (layer, properties) =>
      (!layer.county || !chosen.county || properties[layer.county].split(/[;；、]/).includes(chosen.county)) &&
      (!layer.kind || !chosen.kind || properties[layer.kind] === chosen.kind);

    for (const layer of spec.layers) {
      layer.colours = new Map(layer.colours);
      // The legend follows the order of the colours, and lists only kinds that occur.
      const occurring = new Set(layer.geojson.features.map((feature) => feature.properties[layer.kind]));
      for (const [kind, colour] of layer.colours) if (occurring.has(kind) || spec.choice) kinds.set(kind, colour);
      for (const feature of layer.geojson.features) {
        if (layer.county) feature.properties[layer.county].split(/[;；、]/).forEach((name) => counties.add(name));
        if (layer.kind) kinds.set(feature.properties[layer.kind], layer.colours.get(feature.properties[layer.kind]) || layer.colour);
      }
      groups[layer.label] = L.layerGroup().addTo(map);
    }

    const draw = () => {
      let visible = 0, all = 0;
      for (const layer of spec.layers) {
        const style = (feature) => {
          const colour = layer.colours.get(feature.properties[layer.kind]) || layer.colour;
          const point = feature.geometry.type.endsWith("Point");
          return { color: point ? "#222" : colour, weight: point ? 1 : layer.weight, fillColor: colour,
            fill: layer.fill_opacity > 0, fillOpacity: layer.fill_opacity };
        };
        const drawn = L.geoJSON(layer.geojson, {
          style,
          filter: (feature) => {
            const keep = shown(layer, feature.properties);
            if (layer.kind) { all += 1; visible += keep ? 1 : 0; }
            return keep;
          },
          pointToLayer: (feature, place) => L.circleMarker(place, { radius: layer.radius, ...style(feature) }),
          interactive: layer.fields.length > 0,
          onEachFeature: (feature, item) => {
            if (!layer.fields.length) return;
            item.bindTooltip(tooltip(layer.fields, feature.properties), { sticky: true });
            item.on("mouseover", () => item.setStyle({ weight: layer.weight + 1.5 }));
            item.on("mouseout", () => drawn.resetStyle(item));
          },
        });
        groups[layer.label].clearLayers().addLayer(drawn);
      }
      return [visible, all];
    };

    const count = document.createElement("output");
    const refresh = () => {
      const [visible, all] = draw();
      count.textContent = all ? `显示 ${visible} / ${all} 个` : "";
      element.dataset.visible = String(visible);
    };
    const choice = (label, name, values) => {
      const select = document.createElement("select");
      select.dataset.filter = name;
      select.append(new Option("全部", ""), ...[...values].sort(new Intl.Collator("zh-CN").compare).map((v) => new Option(v, v)));
      select.addEventListener("change", () => { chosen[name] = select.value; refresh(); });
      const box = document.createElement("label");
      box.append(label + " ", select);
      return box;
    };
    const filters = element.parentElement.querySelector(".filters");
    if (counties.size > 1) filters.append(choice("县", "county", counties));
    if (kinds.size > 1) filters.append(choice(spec.kind_label, "kind", kinds.keys()));
    filters.append(count);
    filters.hidden = false;

    refresh();
    // The first layer, the outlines, sets the view: a river runs on beyond them.
    const bounds = L.geoJSON(spec.layers[0].geojson).getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [8, 8] });
    L.control.layers(null, groups, { collapsed: false }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const corner = (position, fill) => {
      const control = L.control({ position });
      control.onAdd = () => { const box = L.DomUtil.create("div"); fill(box); return box; };
      control.addTo(map);
    };
    if (kinds.size) corner("bottomright", (box) => {
      box.className = "legend";
      for (const [name, colour] of kinds) {
        const line = document.createElement("div");
        const dot = document.createElement("i");
        dot.style.background = colour;
        line.append(dot, name);
        box.append(line);
      }
    });
    corner("bottomleft", (box) => { box.className = "sketch"; box.textContent = "示意图，无审图号"; });
    // The control of a trade-off curve marks other features; the view stays where the reader put it.
    element.remark = (change) => {
      const layer = spec.layers.at(-1);
      layer.geojson.features.forEach((feature) => change(feature.properties, layer.kind));
      refresh();
    };
    element.dataset.ready = "1";
  };

  for (const element of document.querySelectorAll("[data-map]")) build(element, maps[element.dataset.map]);
})();
