// made by `make widgets`
(()=>{var SCROLLED="pre, .table-wrapper, .formula, .output, figure";function reach(){for(let box of document.querySelectorAll(SCROLLED))box.scrollWidth>box.clientWidth+1?box.setAttribute("tabindex","0"):box.removeAttribute("tabindex")}addEventListener("load",reach);addEventListener("resize",reach);document.addEventListener("toggle",reach,!0);})();
