// The live check: shows the camera, asks for the moves at their moments, records once and sends. Without this, the
// page is an upload form.
(() => {
  "use strict";

  const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
  const SHOWN_MS = 2500; // that a demand stays on the picture
  const WANTED = { video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }, audio: true };
  const ARROWS = { turn_left: "← ", turn_right: "→ ", nod: "↓ ", eyes_shut: "" };

  const stage = document.querySelector("[data-live]");
  if (!stage || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return;

  const find = (name) => document.querySelector(`[data-live-${name}]`);
  const mirror = stage.querySelector("video");
  const cue = stage.querySelector(".live-cue");
  const bar = stage.querySelector("progress");
  const [controls, camera, start, says, failed, upload] = ["controls", "camera", "start", "says", "error", "upload"].map(find);
  const form = upload.querySelector("form");
  const moves = JSON.parse(document.getElementById("live-moves").textContent);
  const length = Number(stage.dataset.length) * 1000;

  controls.hidden = false;
  upload.open = false;

  const fail = () => {
    stage.hidden = controls.hidden = true;
    failed.hidden = false;
    upload.open = true;
  };

  const send = async (film) => {
    says.textContent = "Sending your film…";
    const data = new FormData(form);
    data.set("film", film, "film");
    data.set("timed", "on");
    let error = "Your film could not be sent. Check the connection and try again.";
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.next) {
        window.location.assign(told.next);
        return;
      }
      error = told.error;
    } catch {
      // the sentence above says it
    }
    says.textContent = error;
    start.hidden = upload.hidden = false;
  };

  const record = (stream) => {
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    const recorder = new MediaRecorder(stream, { ...(kind && { mimeType: kind }), videoBitsPerSecond: 1_500_000 });
    const parts = [];
    let began = 0;

    const tick = () => {
      if (recorder.state !== "recording") return;
      const now = performance.now() - began;
      const move = moves.find(({ at_s: at }) => now >= at * 1000 && now < at * 1000 + SHOWN_MS);
      const text = move ? ARROWS[move.kind] + move.ask : "";
      if (cue.textContent !== text) cue.textContent = text;
      cue.hidden = !move;
      bar.value = (100 * now) / length;
      if (now >= length) recorder.stop();
      else setTimeout(tick, 40);
    };

    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("start", () => {
      began = performance.now();
      says.textContent = "Recording. Read the text aloud now.";
      bar.hidden = false;
      upload.hidden = true;
      tick();
    });
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      cue.hidden = bar.hidden = true;
      send(new Blob(parts, { type: recorder.mimeType }));
    });
    recorder.addEventListener("error", fail);
    recorder.start();
  };

  const open = async () => {
    const stream = await navigator.mediaDevices.getUserMedia(WANTED);
    stage.hidden = false;
    mirror.srcObject = stream;
    await mirror.play();
    return stream;
  };

  let stream = null;

  camera.addEventListener("click", async () => {
    camera.disabled = true;
    try {
      stream = await open();
    } catch {
      fail();
      return;
    }
    camera.hidden = true;
    start.hidden = false;
    says.textContent = "Bring your whole face into the picture, with light from the front. Then start, and read aloud.";
    start.focus();
  });

  start.addEventListener("click", async () => {
    start.hidden = true;
    try {
      if (!stream.active) stream = await open();
      record(stream);
    } catch {
      fail();
    }
  });
})();
