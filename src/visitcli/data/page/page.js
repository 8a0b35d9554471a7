
// What the page gains where scripts run: a map that moves, a remembered map app, a print button. Nothing is fetched.
(() => {
  "use strict";

  const MOST = 40;      // times that a map can be enlarged
  const STEP = 1.5;     // one press of a button or key
  const CLICK = 6;      // pixels that a finger may slip on a tap
  const SVG_WIDTH = 400, SVG_HEIGHT = 340;

  const reset = { k: 1, x: 0, y: 0 };
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
  const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

  function makeMap(canvas) {
    const svg = canvas.querySelector("svg");
    const world = svg.querySelector(".world");
    const pins = [...world.querySelectorAll(".pin")].map((pin) => [pin, pin.getAttribute("transform")]);
    const marks = pins.filter(([pin]) => pin.matches(".mark")).map(([, at]) => {
      const [x, y] = at.match(/-?[\d.]+/g).map(Number);
      return { x, y };
    });
    let view = { ...reset };
    const fingers = new Map();
    let travelled = 0;

    function show(next) {
      const k = clamp(next.k, 1, MOST);
      view = {
        k,
        x: clamp(next.x, SVG_WIDTH * (1 - k), 0),
        y: clamp(next.y, SVG_HEIGHT * (1 - k), 0),
      };
      world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${k})`);
      for (const [pin, at] of pins) pin.setAttribute("transform", `${at} scale(${1 / k})`);
      canvas.classList.toggle("zoomed", k > 1);
      showScale(svg, k);
    }

    function zoom(times, x = SVG_WIDTH / 2, y = SVG_HEIGHT / 2) {
      const k = clamp(view.k * times, 1, MOST), real = k / view.k;
      show({ k, x: x - (x - view.x) * real, y: y - (y - view.y) * real });
    }

    // Buttons and keys point nowhere: they enlarge around the mark next to the middle, so that there is something to see.
    function zoomAtMark(times) {
      const centre = { x: SVG_WIDTH / 2, y: SVG_HEIGHT / 2 };
      const seen = marks.map(({ x, y }) => ({ x: x * view.k + view.x, y: y * view.k + view.y }));
      const next = seen.reduce((best, at) => (apart(at, centre) < apart(best, centre) ? at : best));
      zoom(times, next.x, next.y);
    }

    const move = (dx, dy) => show({ ...view, x: view.x + dx, y: view.y + dy });

    function point(event) {
      const inverse = svg.getScreenCTM().inverse();
      return new DOMPoint(event.clientX, event.clientY).matrixTransform(inverse);
    }

    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (!fingers.size) travelled = 0;
      fingers.set(event.pointerId, point(event));
      if (event.pointerType === "mouse") svg.setPointerCapture(event.pointerId);
      canvas.classList.add("held");
    });
    svg.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = point(event);
      travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (fingers.size === 1) {
        move(now.x - before.x, now.y - before.y);
      } else {
        const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
        const from = middle(before, other), to = middle(now, other);
        zoom(apart(now, other) / Math.max(apart(before, other), 1), from.x, from.y);
        move(to.x - from.x, to.y - from.y);
      }
      fingers.set(event.pointerId, now);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      svg.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
        if (!fingers.size) canvas.classList.remove("held");
      });
    }

    svg.addEventListener("click", (event) => {
      const mark = document.elementFromPoint(event.clientX, event.clientY)?.closest(".mark[data-to]");
      if (mark && travelled < CLICK) showStop(mark.dataset.to);
    });
    // The wheel scrolls the page until the map has been clicked; a pinch on a touchpad arrives as a wheel with Ctrl.
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const at = point(event);
      zoom(Math.exp(-clamp(event.deltaY, -120, 120) / (event.ctrlKey ? 60 : 300)), at.x, at.y);
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const keys = {
        ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0),
        ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
        "+": () => zoomAtMark(STEP), "=": () => zoomAtMark(STEP), "-": () => zoomAtMark(1 / STEP), 0: () => show(reset),
      };
      const act = keys[event.key];
      if (event.target !== canvas || !act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
    const buttons = { in: () => zoomAtMark(STEP), out: () => zoomAtMark(1 / STEP), reset: () => show(reset) };
    const bar = canvas.parentElement.querySelector(".zoom");
    for (const button of bar.querySelectorAll("button")) {
      button.addEventListener("click", buttons[button.dataset.zoom]);
    }

    bar.hidden = false;
    const keys = document.getElementById(canvas.dataset.hint);
    keys.hidden = false;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label", canvas.dataset.label);
    canvas.setAttribute("aria-describedby", keys.id);
    canvas.classList.add("live");
  }

  function showScale(svg, k) {
    const unit = Number(svg.dataset.metres) / k;
    const power = 10 ** Math.floor(Math.log10(110 * unit));
    const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= 110 * unit);
    const bar = svg.querySelector(".scale");
    bar.querySelector("path").setAttribute("d", `M0-4V0H${metres / unit}V-4`);
    const label = metres >= 1000 ? svg.dataset.km.replace("#", metres / 1000) : svg.dataset.m.replace("#", metres);
    bar.querySelector("text").textContent = label;
  }

  function showStop(id) {
    const stop = document.getElementById(id);
    for (const shown of document.querySelectorAll(".stop.shown")) shown.classList.remove("shown");
    stop.classList.add("shown");
    stop.scrollIntoView({ block: "center" });
    stop.focus({ preventScroll: true });
  }

  // Which app was chosen last is kept in the browser; where it keeps nothing, the choice holds for this page.
  function rememberApp() {
    const radios = [...document.querySelectorAll("input[name=app]")];
    let storage = null;
    try { storage = window.localStorage; } catch { /* a browser that keeps nothing for files */ }
    const last = radios.find((radio) => radio.value === storage?.getItem("visitcli.app"));
    if (last) last.checked = true;
    for (const radio of radios) {
      radio.addEventListener("change", () => {
        try { storage?.setItem("visitcli.app", radio.value); } catch { /* full, or forbidden */ }
      });
    }
  }

  // Where a browser cannot print a closed part by style alone, the asked-for ones are opened while it prints.
  function printing() {
    const wanted = document.getElementById("print-private");
    const parts = [...document.querySelectorAll("details.private")];
    let closed = [];
    window.addEventListener("beforeprint", () => {
      closed = wanted.checked ? parts.filter((part) => !part.open) : [];
      for (const part of closed) part.open = true;
    });
    window.addEventListener("afterprint", () => {
      for (const part of closed) part.open = false;
      closed = [];
    });
    const button = document.getElementById("print");
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  for (const canvas of document.querySelectorAll(".canvas")) makeMap(canvas);
  rememberApp();
  printing();
})();
