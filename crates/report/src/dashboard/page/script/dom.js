// Elements from plain values. Text becomes text nodes, whatever it holds: this page has no other way to make elements.

const SVG = "http://www.w3.org/2000/svg";
const find = (id) => document.getElementById(id);

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "css") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element. */
const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/** An SVG element. */
const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/** Tells screen readers what changed. */
function announce(text) {
  find("announce").textContent = text;
}
