// On every page: closes open menus, tells screen readers what changed, shows slider values, copies addresses. Pages work
// without it.
(() => {
  "use strict";

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A page that looks again every few seconds says aloud only what is new: numbers tick silently. Its tab counts along.
  const announcer = document.getElementById("announcer");
  const withoutNumbers = (text) => text.replace(/\d+/g, "").trim();
  const title = document.title;
  let said = "";
  document.addEventListener("htmx:afterSwap", () => {
    const status = document.getElementById("status");
    document.title = status?.dataset.state === "RUNNING" ? `${status.dataset.progress} % ${title}` : title;
    const now = document.querySelector("[data-announce]")?.textContent.trim() ?? "";
    if (announcer && withoutNumbers(now) !== withoutNumbers(said)) announcer.textContent = said = now;
  });

  // <output for="slider"> shows the slider's value with the unit in data-unit.
  for (const output of document.querySelectorAll("output[for]")) {
    const slider = document.getElementById(output.htmlFor.value);
    if (!slider) continue;
    const show = () => {
      output.textContent = slider.value.replace("-", "−") + (output.dataset.unit ?? "");
    };
    slider.addEventListener("input", show);
    slider.form?.addEventListener("reset", () => setTimeout(show));
    show();
  }

  // What a video may be for follows the chosen portrait; the site checks that in any case.
  const purpose = document.querySelector(".purposes select");
  const offer = () => {
    const agreed = document.querySelector("[name=portrait]:checked")?.dataset.purposes?.split(" ") ?? [];
    purpose.closest(".purposes").hidden = agreed.length === 0;
    purpose.required = agreed.length > 0;
    for (const option of purpose.options) option.hidden = option.value !== "" && !agreed.includes(option.value);
    if (purpose.selectedOptions[0]?.hidden) purpose.value = "";
  };
  if (purpose) {
    purpose.closest(".purposes").querySelector(".optional")?.remove();
    document.addEventListener("change", (event) => event.target.name === "portrait" && offer());
    offer();
  }

  // A form that carries a file says that it is being sent, and is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.enctype !== "multipart/form-data") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    const button = form.querySelector("button.primary");
    if (button) {
      button.setAttribute("aria-disabled", "true");
      button.textContent = "Sending…";
    }
  });

  // An address that is shown only once can be copied with one tap.
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
        if (announcer) announcer.textContent = "Copied";
      } catch {
        button.hidden = true; // the address is selected: it can be copied by hand
      }
    });
  }

  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-sending]")) window.location.reload();
  });
})();
