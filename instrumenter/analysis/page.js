(function () {
  "use strict";
  var LEFT = 0, CHAR = 6.6, ROW = 18, TOP = 64, LEAST = 0.3;
  var svg = document.getElementById("spans"), kind = svg.dataset.kind, isTree = kind === "tree";
  var whole = {from: 0, to: +svg.dataset.length}, view = {from: whole.from, to: whole.to, first: 0, last: Infinity};
  LEFT = +svg.dataset.left;
  var WIDTH = svg.viewBox.baseVal.width - LEFT;
  var boxes = Array.from(svg.querySelectorAll("g.box")).map(function (group) {
    var data = group.dataset;
    return {group: group, rect: group.querySelector("rect"), label: group.querySelector("text"), name: data.name,
            start: +data.start, width: +data.width, level: +data.level};
  });

  function cut(name, room) {
    var most = Math.floor(room / CHAR);
    return name.length > most ? (most > 2 ? name.slice(0, most - 1) + "…" : "") : name;
  }

  function x(moment) {
    return LEFT + Math.min(Math.max((moment - view.from) / (view.to - view.from), 0), 1) * WIDTH;
  }

  function draw() {
    var row = 0;
    boxes.forEach(function (box, place) {
      var from = x(box.start), to = x(box.start + box.width), wide = Math.max(to - from, isTree ? 1 : 0);
      var shown = isTree ? place >= view.first && place <= view.last
                         : wide >= LEAST && box.start <= view.to && box.start + box.width >= view.from;
      box.group.style.display = shown ? "" : "none";
      if (!shown) { return; }
      box.rect.setAttribute("x", from);
      box.rect.setAttribute("width", wide);
      if (isTree) {
        box.group.setAttribute("transform", "translate(0," + (row - place) * ROW + ")");
        row += 1;
      } else {
        box.label.setAttribute("x", from + 3);
        box.label.textContent = cut(box.name, wide - 6);
      }
    });
    svg.classList.toggle("zoomed", view.from !== whole.from || view.to !== whole.to || view.first > 0);
  }

  function zoom(place) {
    var box = boxes[place], last = place;
    while (isTree && last + 1 < boxes.length && boxes[last + 1].level > box.level) { last += 1; }
    view = {from: box.start, to: box.start + Math.max(box.width, 1), first: place, last: last};
    draw();
  }

  function reset() {
    view = {from: whole.from, to: whole.to, first: 0, last: Infinity};
    draw();
  }

  function matcher(wanted) {
    try {
      var pattern = new RegExp(wanted, "i");
      return function (name) { return pattern.test(name); };
    } catch (error) {
      return function (name) { return name.toLowerCase().includes(wanted.toLowerCase()); };
    }
  }

  function search(wanted) {
    var matches = wanted ? matcher(wanted) : function () { return false; }, count = 0;
    boxes.forEach(function (box) {
      var found = matches(box.name);
      box.group.classList.toggle("found", found);
      count += found ? 1 : 0;
    });
    svg.classList.toggle("searching", wanted !== "");
    svg.querySelector("#count").textContent = wanted ? count + " of " + boxes.length : "";
  }

  boxes.forEach(function (box, place) {
    box.group.addEventListener("click", function () { zoom(place); });
    box.group.addEventListener("keydown", function (event) { if (event.key === "Enter") { zoom(place); } });
  });
  svg.querySelector("#search").addEventListener("input", function (event) { search(event.target.value); });
  svg.querySelector("#reset").addEventListener("click", reset);
  svg.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !event.shiftKey) { return; }
    event.preventDefault();
    var at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
    var share = Math.min(Math.max((at - LEFT) / WIDTH, 0), 1), factor = event.deltaY > 0 ? 1.25 : 0.8;
    var length = Math.min(Math.max((view.to - view.from) * factor, 1), whole.to), middle = view.from + share * (view.to - view.from);
    var from = Math.min(Math.max(middle - share * length, 0), whole.to - length);
    view = {from: from, to: from + length, first: view.first, last: view.last};
    draw();
  }, {passive: false});
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { reset(); } });
}());
