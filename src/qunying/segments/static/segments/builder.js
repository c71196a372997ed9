// The rule builder: rows for the common conditions and JSON for everything, two views of one rule.
import { NUMBER_COLUMNS, SIZES, TEXT_OPERATORS, readerAndWriter, split } from "./rule_rows.js";

const source = document.getElementById("rule-words");
if (source) run(JSON.parse(source.textContent));

function run(words) {
  const say = words.labels;
  const { read, write } = readerAndWriter(words.minor_digits);
  const UNITS = ["days", "weeks", "months", "hours"];

  // ---- Elements ----

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false) continue;
      element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  function choice(options, value, label, changed) {
    const known = options.some(([option]) => option === value);
    const all = known || value === undefined ? options : [[value, value], ...options];
    const select = make("select", { "aria-label": label });
    for (const [option, title] of all) {
      const entry = make("option", { value: option }, title);
      entry.selected = option === value;
      select.append(entry);
    }
    select.addEventListener("change", () => changed(select.value));
    return select;
  }

  function field(type, value, label, changed, more) {
    const input = make("input", { type, "aria-label": label, placeholder: type === "text" ? label : undefined, ...more });
    input.value = value === undefined ? "" : value;
    input.addEventListener("input", () => changed(input.value));
    return input;
  }

  const lists = new Map();
  function suggestions(key, values) {
    if (!values || !values.length) return undefined;
    if (!lists.has(key)) {
      const id = `rule-list-${lists.size}`;
      document.body.append(make("datalist", { id }, ...values.map((value) => make("option", { value }))));
      lists.set(key, id);
    }
    return lists.get(key);
  }

  function ticks(options, chosen, changed) {
    const group = make("span", { class: "q-rule-ticks" });
    for (const [value, title] of options) {
      const box = make("input", { type: "checkbox" });
      box.checked = chosen.includes(value);
      box.addEventListener("change", () => changed(options.map(([one]) => one).filter((one) => (one === value ? box.checked : chosen.includes(one)))));
      group.append(make("label", {}, box, title));
    }
    return group;
  }

  const FRESH = {
    event: () => ({ kind: "event", event: "order_paid", measure: "count", operator: "at_least", value: 1, time: { mode: "within", unit: "days", count: 90 }, where: [] }),
    attribute: () => ({ kind: "attribute", name: words.attributes.length ? words.attributes[0].name : "country", operator: "in", value: "" }),
    tag: () => ({ kind: "tag", tag: "" }),
    lifecycle: () => ({ kind: "lifecycle", stages: ["active"] }),
    rfm: () => ({ kind: "rfm", scores: { recency: [words.bins - 1, words.bins] } }),
    segment: () => ({ kind: "segment", slug: words.segments.length ? words.segments[0].slug : "" }),
    consent: () => ({ kind: "consent", channel: "email", state: "granted" }),
    group: () => ({ kind: "group", join: "any", parts: [FRESH.event()] }),
    raw: () => ({ kind: "raw", text: "{}", json: {} }),
  };

  // ---- One builder ----

  function build(box) {
    const text = box.querySelector("textarea");
    const rows = box.querySelector("[data-rule-rows]");
    const kinds = Object.keys(FRESH).filter((kind) => !(box.dataset.without || "").split(" ").includes(kind));
    let root = start();

    function start() {
      try {
        const node = read(JSON.parse(text.value));
        if (node.kind === "group" && !node.negated) return node;
        return { kind: "group", join: "all", parts: [node], silent: true };
      } catch {
        return undefined;
      }
    }

    function written() {
      // A single condition needs no "all" around it unless somebody wrote one.
      return root.silent && root.parts.length === 1 ? write(root.parts[0]) : write(root);
    }

    function tell() {
      text.dispatchEvent(new CustomEvent("rule-changed", { bubbles: true }));
    }

    function changed() {
      text.value = JSON.stringify(written(), null, 2);
      tell();
    }

    // The keyboard stays where it was: at the same place, or at what came to stand there.
    function redraw() {
      const places = () => [...rows.querySelectorAll("select, input, button, textarea")];
      const place = places().indexOf(document.activeElement);
      draw();
      if (place >= 0) places()[place]?.focus();
      changed();
    }

    function draw() {
      rows.replaceChildren();
      box.classList.toggle("q-rule-broken", !root);
      if (!root) {
        rows.append(make("p", { class: "q-muted" }, say.broken));
        return;
      }
      const bare = root.silent && root.parts.length === 1;
      rows.append(group(root, "", bare ? () => "" : (index) => `${root.join}[${index}]`));
    }

    function group(node, path, pathOf) {
      const list = make("div", { class: "q-rule-parts" });
      node.parts.forEach((part, index) => list.append(row(part, pathOf(index), node, index)));
      const join = choice([["all", say.all], ["any", say.any]], node.join, say.join, (value) => {
        node.join = value;
        node.silent = false;
        redraw();
      });
      const add = choice([["", say.add], ...kinds.map((kind) => [kind, say.kinds[kind]])], "", say.add, (kind) => {
        if (!kind) return;
        node.parts.push(FRESH[kind]());
        redraw();
      });
      add.classList.add("q-rule-add");
      return make("div", { class: "q-rule-group", "data-path": path }, make("div", { class: "q-row" }, join), list, add);
    }

    function row(node, path, parent, index) {
      const inner = node.negated ? `${path}${path ? "." : ""}not` : path;
      const negation = choice([["", say.yes], ["not", say.not]], node.negated ? "not" : "", say.negate, (value) => {
        node.negated = value === "not";
        redraw();
      });
      const remove = make("button", { type: "button", class: "q-button q-button-quiet q-button-small", "aria-label": say.remove, title: say.remove }, "×");
      remove.addEventListener("click", () => {
        parent.parts.splice(index, 1);
        redraw();
      });
      const content = node.kind === "group"
        ? group(node, inner, (part) => `${inner}${inner ? "." : ""}${node.join}[${part}]`)
        : make("div", { class: "q-row q-rule-fields" }, kindOf(node, parent, index), ...FIELDS[node.kind](node));
      const mistakes = make("ul", { class: "q-error q-small", hidden: true });
      return make("div", { class: "q-rule-row", "data-path": path }, negation, content, remove, mistakes);
    }

    function kindOf(node, parent, index) {
      return choice(kinds.map((kind) => [kind, say.kinds[kind]]), node.kind, say.kind, (kind) => {
        parent.parts[index] = { ...FRESH[kind](), negated: node.negated };
        redraw();
      });
    }

    const set = (node, name, again) => (value) => {
      node[name] = value;
      if (again) redraw();
      else changed();
    };

    function comparison(node, { numeric, values, titles, key }) {
      const operators = TEXT_OPERATORS.map((operator) => [operator, say.operators[operator]]);
      const parts = [choice(operators, node.operator, say.operator, set(node, "operator", true))];
      const called = titled(node, values, titles);
      if (called) parts.push(called);
      else if (node.operator !== "known" && node.operator !== "unknown") {
        const many = node.operator === "in" || node.operator === "not_in";
        const list = many ? undefined : suggestions(key, values);
        parts.push(field("text", node.value, many ? say.values : say.value, set(node, "value"), { list, inputmode: numeric ? "numeric" : undefined }));
        if (many && values && values.length && values.length <= 300) {
          parts.push(choice([["", say.pick], ...values.map((value) => [value, value])], "", say.pick, (value) => {
            if (!value) return;
            node.value = [...new Set([...split(node.value), value])].join(", ");
            redraw();
          }));
        }
      }
      return parts;
    }

    // Values that are codes with names of their own: boxes for several, a choice for one.
    function titled(node, values, titles) {
      if (!titles || !Object.keys(titles).length) return undefined;
      const options = [...new Set([...Object.keys(titles), ...values])].map((value) => [value, titles[value] || value]);
      if (node.operator === "equals") return choice(options, String(node.value), say.value, set(node, "value"));
      if (node.operator !== "in" && node.operator !== "not_in") return undefined;
      const chosen = split(node.value);
      const gone = chosen.filter((value) => !options.some(([option]) => option === value)).map((value) => [value, value]);
      return ticks([...options, ...gone], chosen, (picked) => {
        node.value = picked.join(", ");
        redraw();
      });
    }

    function span(node, count, unit) {
      const units = UNITS.map((one) => [one, say.units[one]]);
      return [
        field("number", node[count], say.count, set(node, count), { min: 1, class: "q-rule-number" }),
        choice(units, node[unit] || "days", say.unit, set(node, unit)),
      ];
    }

    function measure(node) {
      if (node.measure === "never") return [];
      if (node.measure === "first" || node.measure === "last") {
        const operators = ["within", "longer_ago_than", "since", "before"].map((one) => [one, say.moments[one]]);
        const pick = choice(operators, node.operator, say.operator, (operator) => {
          const isDay = operator === "since" || operator === "before";
          Object.assign(node, { operator, unit: isDay ? undefined : "days", value: isDay ? "" : 30 });
          redraw();
        });
        if (node.operator === "since" || node.operator === "before") return [pick, field("date", node.value, say.day, set(node, "value"))];
        return [pick, ...span(node, "value", "unit")];
      }
      const isAmount = node.measure === "sum_amount";
      const step = isAmount ? 1 / 10 ** words.minor_digits : 1;
      return [
        choice(SIZES.map((one) => [one, say.operators[one]]), node.operator, say.operator, set(node, "operator")),
        field("number", node.value, say.number, set(node, "value"), { step, class: "q-rule-number" }),
        isAmount ? words.currency : say.after[node.measure] || "",
      ];
    }

    function time(node) {
      const modes = ["any", "within", "between"].map((mode) => [mode, say.windows[mode]]);
      const pick = choice(modes, node.time.mode, say.when, (mode) => {
        node.time = mode === "within" ? { mode, unit: "days", count: 90 } : { mode };
        redraw();
      });
      if (node.time.mode === "within") return [pick, ...span(node.time, "count", "unit")];
      if (node.time.mode === "between") {
        return [
          pick,
          field("date", node.time.start, say.start, set(node.time, "start")),
          say.until,
          field("date", node.time.end, say.end, set(node.time, "end")),
        ];
      }
      return [pick];
    }

    // The properties that people have a word for, and a field for the name of any other.
    function property(filter, properties) {
      const isOther = filter.isOther || !properties.some(([name]) => name === filter.property);
      const pick = choice([...properties, ["", say.other_property]], isOther ? "" : filter.property, say.property, (name) => {
        filter.isOther = name === "";
        if (name) filter.property = name;
        redraw();
      });
      return isOther ? [pick, field("text", filter.property, say.property, set(filter, "property"))] : [pick];
    }

    function filters(node) {
      const known = words.events.find((event) => event.name === node.event);
      const properties = [...(known ? known.properties : []), ...words.columns];
      const lines = node.where.map((filter, index) => {
        const remove = make("button", { type: "button", class: "q-button q-button-quiet q-button-small", "aria-label": say.remove }, "×");
        remove.addEventListener("click", () => {
          node.where.splice(index, 1);
          redraw();
        });
        return make(
          "div",
          { class: "q-row q-rule-filter" },
          say.where,
          ...property(filter, properties),
          ...comparison(filter, { numeric: NUMBER_COLUMNS.includes(filter.property) }),
          remove,
        );
      });
      const add = make("button", { type: "button", class: "q-button q-button-quiet q-button-small" }, say.add_filter);
      add.addEventListener("click", () => {
        node.where.push({ property: properties[0][0], operator: "in", value: "" });
        redraw();
      });
      return [...lines, add];
    }

    const FIELDS = {
      event: (node) => {
        const events = words.events.map((event) => [event.name, event.title]);
        const measures = Object.entries(say.measures);
        const pickMeasure = choice(measures, node.measure, say.measure, (value) => {
          const isMoment = value === "first" || value === "last";
          const wasMoment = node.measure === "first" || node.measure === "last";
          if (isMoment !== wasMoment) Object.assign(node, isMoment ? { operator: "within", value: 30, unit: "days" } : { operator: "at_least", value: 1, unit: undefined });
          if (isMoment) node.time = { mode: "any" };
          node.measure = value;
          if (!isMoment && node.operator === undefined) Object.assign(node, { operator: "at_least", value: 1 });
          redraw();
        });
        return [choice(events, node.event, say.event, set(node, "event", true)), pickMeasure, ...measure(node), ...time(node), ...filters(node)];
      },
      attribute: (node) => {
        const known = words.attributes.find((one) => one.name === node.name);
        const names = words.attributes.map((one) => [one.name, one.title]);
        const choose = (name) => {
          Object.assign(node, { name, value: "" });
          redraw();
        };
        const name = names.length ? choice(names, node.name, say.attribute, choose) : field("text", node.name, say.attribute, set(node, "name"));
        return [name, ...comparison(node, { values: known ? known.values : [], titles: known && known.titles, key: `values of ${node.name}` })];
      },
      tag: (node) => [field("text", node.tag, say.tag, set(node, "tag"), { list: suggestions("tags", words.tags) })],
      consent: (node) => [
        field("text", node.channel, say.channel, set(node, "channel"), { list: suggestions("channels", words.channels) }),
        choice(Object.entries(say.states), node.state, say.state, set(node, "state")),
      ],
      segment: (node) => [choice(words.segments.map((segment) => [segment.slug, segment.name]), node.slug, say.segment, set(node, "slug"))],
      lifecycle: (node) => [ticks(words.stages, node.stages, set(node, "stages", true))],
      rfm: (node) => ["recency", "frequency", "monetary"].map((name) => {
        const grades = Array.from({ length: words.bins }, (_none, index) => [index + 1, String(index + 1)]);
        const boxes = ticks(grades, node.scores[name] || [], (scores) => {
          node.scores[name] = scores;
          redraw();
        });
        return make("span", { class: "q-rule-score" }, make("span", { class: "q-muted" }, say.dimensions[name]), boxes);
      }),
      raw: (node) => {
        const area = make("textarea", { rows: 4, spellcheck: "false", class: "q-rule-raw", "aria-label": "JSON" });
        area.value = node.text;
        area.addEventListener("input", () => {
          node.text = area.value;
          try {
            node.json = JSON.parse(area.value);
            area.setCustomValidity("");
          } catch {
            area.setCustomValidity(say.broken);
            return;
          }
          changed();
        });
        return [area];
      },
    };

    // Mistakes that the server found stand at the row that they belong to.
    function mark(found) {
      for (const line of rows.querySelectorAll(".q-rule-row > .q-error")) {
        line.replaceChildren();
        line.hidden = true;
      }
      for (const { path, message } of found) {
        const holders = [...rows.querySelectorAll(".q-rule-row")].filter((one) => one.dataset.path === "" || path === one.dataset.path || path.startsWith(`${one.dataset.path}.`) || path.startsWith(`${one.dataset.path}[`));
        const holder = holders.sort((one, other) => other.dataset.path.length - one.dataset.path.length)[0];
        if (!holder) continue;
        const line = holder.querySelector(":scope > .q-error");
        line.append(make("li", {}, message));
        line.hidden = false;
      }
    }

    text.addEventListener("input", () => {
      root = start();
      draw();
      tell();
    });
    draw();
    return { mark };
  }

  const builders = new Map([...document.querySelectorAll("[data-rule-builder]")].map((box) => [box.dataset.ruleBuilder, build(box)]));

  // Of the lifecycle stages the last one takes whoever is left, so its rule is not asked for.
  const stages = [...document.querySelectorAll("[data-stage]")];

  function showRest() {
    const place = (stage) => Number(stage.querySelector("[data-place]").value) * 10 + Number(stage.dataset.stage);
    const last = stages.reduce((one, other) => (place(other) > place(one) ? other : one));
    for (const stage of stages) {
      stage.querySelector("[data-rule-builder]").hidden = stage === last;
      stage.querySelector("[data-rest]").hidden = stage !== last;
    }
  }

  if (stages.length) {
    document.body.addEventListener("change", showRest);
    showRest();
  }

  document.body.addEventListener("htmx:afterSwap", (event) => {
    for (const [name, builder] of builders) {
      const lines = [...event.target.querySelectorAll("[data-mistake]")].filter((line) => (line.dataset.rule || "rule") === name);
      builder.mark(lines.map((line) => ({ path: line.dataset.mistake, message: line.dataset.message })));
    }
  });
}
