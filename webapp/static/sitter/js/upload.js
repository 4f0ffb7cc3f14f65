// Upload zones: shows what was chosen or dropped before it is sent. Without this, the zone is a plain file field.
(() => {
  "use strict";

  const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 1)} MB`;

  const preview = (kind, address) => {
    const element = document.createElement({ audio: "audio", film: "video" }[kind] ?? "img");
    element.src = address;
    if (kind !== "image") element.controls = true;
    if (kind === "film") element.muted = true;
    if (kind === "image") element.alt = "The picture that you chose";
    element.addEventListener("error", () => element.remove()); // a format this browser cannot show: the server may
    return element;
  };

  const paragraph = (className, text) => {
    const element = document.createElement("p");
    element.className = className;
    element.textContent = text;
    return element;
  };

  const enhance = (zone) => {
    const input = zone.querySelector("input[type=file]");
    const chosen = zone.querySelector(".upload-chosen");
    const asking = zone.querySelectorAll(".upload-icon, .upload-ask, .upload-ask + .help");
    const limitOf = (film) => Number((film && zone.dataset.maxFilmBytes) || zone.dataset.maxBytes) || Infinity;
    let address = "";

    const show = () => {
      URL.revokeObjectURL(address);
      address = "";
      chosen.replaceChildren();
      input.setCustomValidity("");
      const file = input.files[0];
      chosen.hidden = !file;
      for (const element of asking) element.classList.toggle("hidden-but-read", Boolean(file));
      if (!file) return;
      const film = zone.dataset.upload === "image" && file.type.startsWith("video/");
      const limit = limitOf(film);
      if (file.size > limit) {
        const sentence = `This file has ${megabytes(file.size)}; up to ${megabytes(limit)} work. Please choose a smaller one.`;
        input.setCustomValidity(sentence);
        chosen.append(paragraph("errorlist", sentence));
      } else {
        address = URL.createObjectURL(file);
        chosen.append(preview(film ? "film" : zone.dataset.upload, address));
      }
      chosen.append(paragraph("upload-name", file.name), paragraph("help", `${megabytes(file.size)}. Choose another to change it.`));
    };

    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => { zone.dataset.over = ""; });
    for (const name of ["dragleave", "drop", "dragend"]) zone.addEventListener(name, () => { delete zone.dataset.over; });
    show();
  };

  for (const zone of document.querySelectorAll("[data-upload]")) enhance(zone);
})();
