// Elements, made without a string of HTML ever being parsed: Trusted Types would refuse one.

export type Child = Node | string | null | false;
type Attribute = string | number | boolean | null | ((event: Event) => unknown);
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * An element with its attributes and children. `onclick` and the like are listeners, `value` is a
 * property; false and null leave an attribute out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) put(element, key, value);
  for (const child of children) if (child) element.append(child);
  return element;
}

function put(element: HTMLElement, key: string, value: Attribute): void {
  if (typeof value === "function") element.addEventListener(key.slice(2), value);
  else if (key === "value") (element as HTMLInputElement).value = String(value ?? "");
  else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : String(value));
}

/** In the place of everything that was there. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.textContent = "";
  for (const child of children) if (child) element.append(child);
}

/** The element with this id, which index.html or the page just shown has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(id);
  return element;
}

/** One paragraph a line. */
export const paragraphs = (text: string, kind = ""): HTMLElement[] =>
  text.split("\n").map((line) => h("p", { class: kind || null }, line));

/** One item a line. */
export const bullets = (text: string): HTMLElement =>
  h("ul", {}, ...text.split("\n").map((line) => h("li", {}, line)));
