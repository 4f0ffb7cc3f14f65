// Staff keyboard: data-key="a" names the key that follows a link or focuses a field or button (Enter then presses it,
// so that no decision hangs on one keystroke); the video obeys player keys; "/" begins a search.
(() => {
  "use strict";

  const STEP_S = 2; // seconds that j and l jump
  const FRAME_S = 0.04; // one frame at 25 frames/s

  const typing = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

  const player = {
    " ": (video) => (video.paused ? video.play() : video.pause()),
    k: (video) => (video.paused ? video.play() : video.pause()),
    j: (video) => { video.currentTime -= STEP_S; },
    l: (video) => { video.currentTime += STEP_S; },
    ",": (video) => { video.pause(); video.currentTime -= FRAME_S; },
    ".": (video) => { video.pause(); video.currentTime += FRAME_S; },
    0: (video) => { video.currentTime = 0; },
  };

  // Up and down walk through a queue.
  const walk = (step) => {
    const links = [...document.querySelectorAll("[data-walk]")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + step))].focus();
    return true;
  };

  const act = (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") return walk(key === "ArrowDown" ? 1 : -1);
    const target = document.querySelector(key === "/" ? "[role=search] [name=text]" : `[data-key="${CSS.escape(key)}"]`);
    if (target) {
      if (target.matches("a")) target.click();
      else target.focus();
      return true;
    }
    const video = document.querySelector("video");
    if (!video || !Object.hasOwn(player, key) || (key === " " && event.target.closest("button, a, summary, video"))) return false;
    player[key](video);
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (act(event)) event.preventDefault();
  });
})();
