// Draws the page of a review or a test: text, code, options and commands as buttons, a status line.
// lstmlab/quiz/pages.py hands over the page and hears of presses. A new page puts the focus on its first button, but only
// where the reader has the focus in it already: the next press of Enter, or of Tab and Enter, answers.
function element(tag, attributes, parent, html = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.innerHTML = html;
  parent.append(made);
  return made;
}

function render({ model, el }) {
  const root = element("div", { class: "lstmlab-quiz", "data-lm-suppress-shortcuts": "true" }, el);
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the notebook has keys of its own
    if (event.key === "Escape") el.closest("[tabindex]")?.focus(); // back to the cell, as from an editor
  });
  // Live regions that stay: what changes in them is spoken, once.
  const live = { role: "status", "aria-live": "polite", "aria-atomic": "true" };
  const text = element("div", { ...live, class: "lp-text" }, root);
  const options = element("div", { role: "group", "aria-label": "Options", class: "lp-options" }, root);
  const bar = element("div", { role: "group", "aria-label": "Commands", class: "lq-bar" }, root);
  const status = element("div", { ...live, class: "lq-status" }, root);

  const fill = (group, buttons, page) => {
    group.replaceChildren();
    group.hidden = buttons.length === 0;
    for (const [name, label, title] of buttons) {
      const button = element("button", { type: "button", title, "data-press": name }, group, label);
      if (name === page.chosen) button.setAttribute("aria-pressed", "true");
      // A second press may overtake the page that the first one asks for: so each says which page it means.
      button.addEventListener("click", () => model.send({ press: name, page: page.number }));
    }
  };
  const draw = () => {
    const page = model.get("page");
    const inside = root.contains(document.activeElement);
    text.innerHTML = page.text;
    fill(options, page.options, page);
    fill(bar, page.buttons, page);
    status.innerHTML = page.status;
    if (!inside) return;
    const first = root.querySelector(`[data-press="${page.focus}"]`) ?? root.querySelector("[data-press]");
    if (first) first.focus();
    else text.setAttribute("tabindex", "-1"), text.focus();
  };
  model.on("change:page", draw);
  draw();
}

export default { render };
