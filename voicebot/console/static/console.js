"use strict";
(() => {
  const typing = (event) => event.target.closest("input, select, textarea, [contenteditable]") !== null;
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

  const list = document.getElementById("calls");
  if (list) {
    const rows = [...list.tBodies[0].rows];
    let chosen = -1;
    const choose = (index) => {
      if (chosen >= 0) rows[chosen].classList.remove("chosen");
      chosen = Math.min(Math.max(index, 0), rows.length - 1);
      rows[chosen].classList.add("chosen");
      rows[chosen].querySelector("a.open").focus();
    };
    document.addEventListener("keydown", (event) => {
      if (typing(event) || !plain(event)) return;
      if (event.key === "j") choose(chosen + 1);
      else if (event.key === "k") choose(chosen - 1);
    });
  }

  const live = document.getElementById("live");
  if (live) {
    const lost = document.getElementById("live-lost");
    const look = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(live.dataset.from, { credentials: "same-origin", redirect: "error" });
          if (!answer.ok) throw new Error(String(answer.status));
          const held = live.contains(document.activeElement) ? document.activeElement.id : "";
          live.innerHTML = await answer.text();
          if (held) document.getElementById(held)?.focus();
          lost.hidden = true;
        } catch { lost.hidden = false; }
      }
      setTimeout(look, 2000);
    };
    setTimeout(look, 2000);
  }

  const lines = [...document.querySelectorAll("#lines .line")];
  const times = lines.map((line) => (line.dataset.at === "" ? null : Number(line.dataset.at)));
  const audio = document.getElementById("audio");
  if (!audio) return;
  const play = document.getElementById("play");
  const canvas = document.getElementById("wave");
  const shown = document.getElementById("time");
  const noteAt = document.getElementById("note-at");
  let peaks = null;
  let length = 0;
  let now = -1;

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  const draw = () => {
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const middle = height / 2;
    pen.fillStyle = colour("--line");
    pen.fillRect(0, middle - 0.5, width, 1);
    if (!peaks) return;
    const count = peaks.caller.length;
    const loudest = Math.max(0.02, ...peaks.caller, ...peaks.agent);
    const at = length ? (audio.currentTime / length) * width : 0;
    const step = 3;
    for (let x = 0; x < width; x += step) {
      const first = Math.floor((x / width) * count);
      const last = Math.max(Math.floor(((x + step) / width) * count), first + 1);
      const caller = Math.max(...peaks.caller.slice(first, last)) / loudest;
      const agent = Math.max(...peaks.agent.slice(first, last)) / loudest;
      pen.globalAlpha = x < at ? 1 : 0.45;
      pen.fillStyle = colour("--caller");
      pen.fillRect(x, middle - 1 - caller * (middle - 3), step - 1, Math.max(caller * (middle - 3), 0.5));
      pen.fillStyle = colour("--agent");
      pen.fillRect(x, middle + 1, step - 1, Math.max(agent * (middle - 3), 0.5));
    }
    pen.globalAlpha = 1;
    lines.forEach((line, index) => {
      if (times[index] === null || !length) return;
      const bad = line.classList.contains("fatal") ? "--bad" : line.classList.contains("failed") ? "--warn" : null;
      if (bad) {
        pen.fillStyle = colour(bad);
        pen.fillRect((times[index] / length) * width, 0, 2, height);
      }
    });
    pen.fillStyle = colour("--ink");
    pen.fillRect(Math.max(at - 0.75, 0), 0, 1.5, height);
  };

  const follow = () => {
    const at = audio.currentTime;
    shown.textContent = `${clock(at)} / ${clock(length)}`;
    canvas.setAttribute("aria-valuenow", String(Math.floor(at)));
    canvas.setAttribute("aria-valuetext", clock(at));
    if (noteAt) noteAt.value = at ? at.toFixed(1) : "";
    let found = -1;
    times.forEach((time, index) => { if (time !== null && time <= at + 0.05) found = index; });
    if (found !== now) {
      if (now >= 0) { lines[now].classList.remove("now"); lines[now].removeAttribute("aria-current"); }
      now = found;
      if (now >= 0) {
        lines[now].classList.add("now");
        lines[now].setAttribute("aria-current", "true");
        if (!audio.paused) lines[now].scrollIntoView({ block: "nearest" });
      }
    }
    draw();
  };

  // A pause before the first sound ends the promise of play with an error that means nothing.
  const start = () => audio.play().catch(() => undefined);
  const toggle = () => (audio.paused ? start() : audio.pause());
  const jump = (seconds, sounding) => {
    const to = Math.min(Math.max(seconds, 0), length || seconds);
    // Before anything is loaded a jump has to wait for the length to be known.
    if (audio.readyState > 0) audio.currentTime = to;
    else {
      audio.addEventListener("loadedmetadata", () => { audio.currentTime = to; }, { once: true });
      audio.load();
    }
    if (sounding) start();
  };
  const tick = () => { follow(); if (!audio.paused) requestAnimationFrame(tick); };

  audio.addEventListener("play", () => { play.setAttribute("aria-pressed", "true"); play.setAttribute("aria-label", "Pausar"); tick(); });
  audio.addEventListener("pause", () => { play.setAttribute("aria-pressed", "false"); play.setAttribute("aria-label", "Tocar"); follow(); });
  audio.addEventListener("seeked", follow);
  play.addEventListener("click", toggle);
  document.getElementById("rate").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    jump(((event.clientX - box.left) / box.width) * length, !audio.paused);
  });
  document.querySelectorAll("[data-now]").forEach((button) => button.addEventListener("click", () => {
    document.getElementById(button.dataset.now).value = audio.currentTime.toFixed(1);
  }));
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-at].jump, [data-at].evidence");
    if (!from || from.dataset.at === "") return;
    if (from.dataset.line) {
      event.preventDefault();
      document.getElementById(`t${from.dataset.line}`).scrollIntoView({ block: "center" });
    }
    jump(Number(from.dataset.at), true);
  });
  document.addEventListener("keydown", (event) => {
    if (typing(event) || !plain(event)) return;
    if (event.key === " " && !event.target.closest("button, a, summary")) { event.preventDefault(); toggle(); }
    else if (event.key === "ArrowLeft") { event.preventDefault(); jump(audio.currentTime - 5, !audio.paused); }
    else if (event.key === "ArrowRight") { event.preventDefault(); jump(audio.currentTime + 5, !audio.paused); }
    else if (event.key === "j" || event.key === "k") {
      const next = Math.min(Math.max(now + (event.key === "j" ? 1 : -1), 0), lines.length - 1);
      if (times[next] !== null && times[next] !== undefined) jump(times[next], !audio.paused);
      lines[next].focus({ preventScroll: true });
      lines[next].scrollIntoView({ block: "center" });
    }
  });
  window.addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  fetch(document.querySelector(".player").dataset.peaks, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((found) => {
      peaks = found;
      length = found.length_s;
      canvas.setAttribute("aria-valuemax", String(Math.floor(length)));
      follow();
    })
    .catch(() => { shown.textContent = "sem imagem"; });
  draw();
})();
