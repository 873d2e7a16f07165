// On every page: what can be scrolled sideways can be reached with the keyboard, as furo's own boxes cannot.

const SCROLLED = "pre, .table-wrapper, .formula, .output, figure";

function reach() {
  for (const box of document.querySelectorAll(SCROLLED))
    if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
}

addEventListener("load", reach);
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true); // what a <details> hid has no width
