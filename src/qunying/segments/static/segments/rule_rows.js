// A rule as JSON and as what the builder's rows show, there and back. What the rows cannot show stays as it is, so
// nothing is ever lost.

export const SIZES = ["at_least", "at_most", "more_than", "less_than", "equals"];
export const TEXT_OPERATORS = ["in", "not_in", "equals", "at_least", "at_most", "more_than", "less_than", "known", "unknown"];
export const NUMBER_COLUMNS = ["amount", "quantity"];

export const split = (text) => String(text).split(/[\n,，、;；]/).map((part) => part.trim()).filter(Boolean);

// Amounts are minor units in a rule and people's units in a row.
export function readerAndWriter(minorDigits) {
  const whole = (text) => (/^-?\d+$/.test(String(text).trim()) ? Number(text) : String(text));
  const decimal = (text) => (String(text).trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : String(text));
  const toMinor = (text) => (String(text).trim() !== "" && Number.isFinite(Number(text)) ? Math.round(Number(text) * 10 ** minorDigits) : String(text));
  const fromMinor = (minor) => String(Number(minor) / 10 ** minorDigits);
  const own = (json, names) => names.find((name) => Object.hasOwn(json, name));

  function readComparison(json) {
    const operator = own(json, TEXT_OPERATORS);
    if (operator === "known") return { operator: json.known ? "known" : "unknown", value: "" };
    const value = json[operator];
    return { operator, value: Array.isArray(value) ? value.join(", ") : value };
  }

  function writeComparison({ operator, value }, numeric) {
    if (operator === "known" || operator === "unknown") return { known: operator === "known" };
    const cast = numeric ? whole : String;
    if (operator === "in" || operator === "not_in") return { [operator]: split(value).map(cast) };
    return { [operator]: operator === "equals" ? cast(value) : decimal(value) };
  }

  function readWindow(json) {
    if (json.within) {
      const [unit] = Object.keys(json.within);
      return { mode: "within", unit, count: json.within[unit] };
    }
    if (json.between) return { mode: "between", start: json.between[0], end: json.between[1] };
    return { mode: "any" };
  }

  function writeWindow(time) {
    if (time.mode === "within") return { within: { [time.unit]: whole(time.count) } };
    if (time.mode === "between") return { between: [time.start || "", time.end || ""] };
    return {};
  }

  function readMoment(json) {
    const operator = own(json, ["since", "before", "within", "longer_ago_than"]);
    if (operator === "since" || operator === "before") return { operator, value: json[operator] };
    const [unit] = Object.keys(json[operator]);
    return { operator, unit, value: json[operator][unit] };
  }

  function writeMoment({ operator, value, unit }) {
    if (operator === "since" || operator === "before") return { [operator]: value };
    return { [operator]: { [unit || "days"]: whole(value) } };
  }

  function readEvent(json) {
    const node = { kind: "event", event: json.event, time: readWindow(json), where: [] };
    node.where = (json.where || []).map((filter) => ({ property: filter.property, ...readComparison(filter) }));
    if (json.never) return { ...node, measure: "never" };
    if (json.first || json.last) {
      const measure = json.first ? "first" : "last";
      return { ...node, measure, ...readMoment(json[measure]) };
    }
    const bounds = json.sum ? json : json.count;
    const operator = own(bounds, SIZES);
    const value = json.sum === "amount" ? fromMinor(bounds[operator]) : bounds[operator];
    return { ...node, measure: json.sum ? `sum_${json.sum}` : "count", operator, value };
  }

  function writeEvent(node) {
    const json = { event: node.event };
    if (node.measure === "count") json.count = { [node.operator]: whole(node.value) };
    if (node.measure === "never") json.never = true;
    if (node.measure.startsWith("sum_")) {
      json.sum = node.measure.slice(4);
      json[node.operator] = json.sum === "amount" ? toMinor(node.value) : whole(node.value);
    }
    if (node.measure === "first" || node.measure === "last") json[node.measure] = writeMoment(node);
    Object.assign(json, writeWindow(node.time));
    if (node.where.length) {
      json.where = node.where.map((filter) => ({ property: filter.property, ...writeComparison(filter, NUMBER_COLUMNS.includes(filter.property)) }));
    }
    return json;
  }

  function attempt(json) {
    if (json.not) return { ...read(json.not), negated: true };
    for (const join of ["all", "any"]) {
      if (Array.isArray(json[join])) return { kind: "group", join, parts: json[join].map(read) };
    }
    if ("attribute" in json) return { kind: "attribute", name: json.attribute, ...readComparison(json) };
    if ("tag" in json) return { kind: "tag", tag: json.tag };
    if ("consent" in json) return { kind: "consent", channel: json.consent, state: json.state || "granted", stated: "state" in json };
    if ("segment" in json) return { kind: "segment", slug: json.segment };
    if ("lifecycle" in json) return { kind: "lifecycle", stages: json.lifecycle };
    if ("rfm" in json) return { kind: "rfm", scores: { ...json.rfm } };
    if ("event" in json) return readEvent(json);
    return undefined;
  }

  function read(json) {
    const raw = { kind: "raw", text: JSON.stringify(json, null, 2), json };
    try {
      const node = attempt(json);
      return node && same(write(node), json) ? node : raw;
    } catch {
      return raw;
    }
  }

  function write(node) {
    const json = writePlain(node);
    return node.negated ? { not: json } : json;
  }

  function writePlain(node) {
    switch (node.kind) {
      case "group": return { [node.join]: node.parts.map(write) };
      case "attribute": return { attribute: node.name, ...writeComparison(node, false) };
      case "tag": return { tag: node.tag };
      case "consent": return node.state === "granted" && !node.stated ? { consent: node.channel } : { consent: node.channel, state: node.state };
      case "segment": return { segment: node.slug };
      case "lifecycle": return { lifecycle: node.stages };
      case "rfm": return { rfm: Object.fromEntries(Object.entries(node.scores).filter(([, scores]) => scores.length)) };
      case "event": return writeEvent(node);
      default: return node.json;
    }
  }

  function same(one, other) {
    if (one === other) return true;
    if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
    if (Array.isArray(one) !== Array.isArray(other)) return false;
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
  }

  return { read, write };
}
