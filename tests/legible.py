"""What of a page cannot be read: words that are too small, or too pale for the WCAG's level AA on what lies under them.

`test_widgets_legible` asks it of every widget, light and dark.
"""

from typing import Any

SMALLEST, LEAST = 11, 4.5  # pixels; contrast

# Looks at each piece of text: its size on the screen, its colour, and the colours stacked up under its middle.
LOOK = """([smallest, least]) => {
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const channels = colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under, alpha = 1) =>
    under.map((value, k) => top[k] * top[3] * alpha + value * (1 - top[3] * alpha));
  const linear = value => value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const drawn = node => node instanceof SVGElement && !(node instanceof SVGSVGElement);
  const under = (words, x, y) => {
    let colour = [255, 255, 255];
    for (const node of document.elementsFromPoint(x, y).reverse()) {
      const style = getComputedStyle(node);
      if (node.tagName === 'text' || (drawn(node) && style.fill === 'none')) continue;
      if (drawn(node)) colour = over(channels(style.fill), colour, style.fillOpacity * style.opacity);
      else colour = over(channels(style.backgroundColor), colour);
    }
    return colour;
  };
  document.head.insertAdjacentHTML('beforeend', '<style>.lw * { pointer-events: all !important }</style>');
  const words = document.createTreeWalker(document.querySelector('.lw'), NodeFilter.SHOW_TEXT);
  const found = [];
  let count = 0;
  while (words.nextNode()) {
    const node = words.currentNode.parentElement, text = words.currentNode.data.trim();
    if (!text || node.tagName === 'OPTION' || !node.checkVisibility()) continue;
    node.scrollIntoView({block: 'center'});
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const box = range.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width) continue;
    const scale = drawn(node) ? Math.abs(node.getScreenCTM().a) : 1;
    const below = under(node, box.x + box.width / 2, box.y + box.height / 2);
    const ink = over(channels(drawn(node) ? style.fill : style.color), below, Number(style.opacity));
    const [one, other] = [light(ink), light(below)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = scale * parseFloat(style.fontSize);
    count += 1;
    if (size < smallest || contrast < least) found.push(`${text}: ${size.toFixed(1)} px, ${contrast.toFixed(2)}`);
  }
  return [count, found];
}"""


def illegible(page: Any) -> tuple[int, list[str]]:
    """How many pieces of text the widget on this page shows, and those that cannot be read, with size and contrast."""
    count, found = page.evaluate(LOOK, [SMALLEST, LEAST])
    return count, found
