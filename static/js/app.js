// Comfort on top of pages that work without it: dialogs, single keys, toasts, the combobox.
//
//   a[data-dialog]        opens its page's form in #dialog (the server answers htmx with the fragment alone)
//   [data-key="x"]        pressed by the key x; inside an open dialog only that dialog's keys count
//   [data-open="id"]      opens the dialog with that id;  [data-close] closes the dialog around it
//   [data-dismiss]        removes the toast around it
//   select[data-combobox] becomes a text field that matches while you type (data-more-url: ask there for more;
//                         data-name: what is typed is sent under it; data-typed: what was typed before)
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  const KEYS_OFF = "clienthealth.keys-off";

  // --- dialogs ---
  let opener = null;

  function openPage(link) {
    opener = link;
    htmx.ajax("GET", link.href, { target: "#dialog-content", swap: "innerHTML" });
  }

  function show(dialog) {
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector('[aria-invalid="true"]') || dialog.querySelector("[autofocus]");
    if (first) focusOn(first);
  }

  function focusOn(element) {
    if (element.type === "radio") element = element.closest("fieldset").querySelector(":checked") || element;
    element.focus();
  }

  function closeDialog() {
    const dialog = document.getElementById("dialog");
    if (dialog.open) dialog.close();
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-dialog]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plain && window.htmx) {
      event.preventDefault();
      openPage(link);
      return;
    }
    const opens = event.target.closest("[data-open]");
    if (opens) document.getElementById(opens.dataset.open).showModal();
    const closes = event.target.closest("[data-close]");
    if (closes && closes.closest("dialog")) {
      event.preventDefault();
      closes.closest("dialog").close();
    }
    const dismissed = event.target.closest("[data-dismiss]");
    if (dismissed) dismissed.closest(".toast").remove();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-panel :is(a, button)")) menu.open = false;
    }
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    const dialog = document.getElementById("dialog");
    const content = document.getElementById("dialog-content");
    enhance(document);
    if (event.target !== content) return;
    if (content.childElementCount) show(dialog);
    else closeDialog();
  });

  document.addEventListener("close", function (event) {
    if (event.target.id !== "dialog") return;
    document.getElementById("dialog-content").replaceChildren();
    focusBack();
  }, true);

  // The cursor goes where the dialog was opened from, or to the page's heading, unless it has a place already.
  function focusBack() {
    if (!opener || document.activeElement !== document.body) return;
    const same = Array.from(document.querySelectorAll("a[data-dialog]")).find((each) => each.href === opener.href);
    for (const each of [opener, same, document.querySelector(".main h1")]) {
      if (!each) continue;
      if (each.tagName === "H1") each.tabIndex = -1;
      each.focus({ preventScroll: true });
      if (document.activeElement === each) return;
    }
  }

  // --- something was logged or taken back: read the page again, unless somebody writes in it ---
  function isWrittenIn(main) {
    return main.querySelector("form.form") || Array.from(main.querySelectorAll("input, textarea")).some((each) =>
      each.value !== each.defaultValue || each.checked !== each.defaultChecked);
  }

  function readAgain() {
    const main = document.getElementById("main");
    if (!main || isWrittenIn(main)) return;
    fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then(function (text) {
        const found = new DOMParser().parseFromString(text, "text/html").getElementById("main");
        if (!found || isWrittenIn(main)) return;
        main.replaceChildren(...found.childNodes);
        htmx.process(main);
        enhance(main);
        focusBack();
      })
      .catch(() => {});
  }

  document.addEventListener("logged", readAgain);

  // --- keys: never while somebody types, never together with a modifier ---
  function isTyping(element) {
    if (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName)) return true;
    return element.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(element.type);
  }

  function press(target) {
    if (target.type === "radio") {
      target.checked = true;
      target.focus();
      target.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
      target.focus();
    } else {
      target.click();
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest && event.target.closest("form.form");
      if (form) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-main]") || undefined);
      }
      return;
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.isComposing || isTyping(event.target) || localStorage.getItem(KEYS_OFF)) return;
    const dialog = document.querySelector("dialog[open]");
    if (event.key === "?" && !dialog) {
      document.getElementById("keys").showModal();
      event.preventDefault();
      return;
    }
    const target = (dialog || document).querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (target) {
      event.preventDefault();
      press(target);
    }
  });

  // --- requests that fail say so ---
  function toast(text) {
    const box = document.createElement("div");
    box.className = "toast toast-error";
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    document.getElementById("messages").append(box);
  }

  document.addEventListener("htmx:sendError", function () {
    toast(document.body.dataset.offline);
  });
  document.addEventListener("htmx:responseError", function (event) {
    toast(document.body.dataset.failed + " (" + event.detail.xhr.status + ")");
  });

  // --- combobox: a text field over a select, which keeps the value that is sent ---
  let combos = 0;

  function combobox(select) {
    const id = "combo-" + ++combos;
    const input = document.createElement("input");
    const list = document.createElement("ul");
    const box = document.createElement("div");
    let options = [];
    let active = -1;
    let timer = null;

    box.className = "combo";
    list.className = "combo-list";
    list.id = id + "-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", select.dataset.combobox);
    Object.assign(input, { type: "text", id: select.id, autocomplete: "off", spellcheck: false });
    input.placeholder = select.dataset.placeholder || "";
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
      ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby", "autofocus"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
      select.removeAttribute(name);
    }
    input.toggleAttribute("aria-required", select.required);
    select.required = false;
    select.id = id;
    select.hidden = true;
    select.tabIndex = -1;
    delete select.dataset.combobox;
    select.before(box);
    box.append(input, list);
    if (select.dataset.name) {
      // What is typed is sent too: the server answers with it where it knows no such name.
      for (const plain of select.form.querySelectorAll('[name="' + select.dataset.name + '"]')) plain.disabled = true;
      input.name = select.dataset.name;
    }
    input.value = select.value ? select.selectedOptions[0].text : select.dataset.typed || "";

    function fold(text) {
      return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    }

    function rank(text, wanted) {
      const folded = fold(text);
      if (folded.startsWith(wanted)) return 0;
      return folded.split(/\s+/).some((word) => word.startsWith(wanted)) ? 1 : folded.includes(wanted) ? 2 : 3;
    }

    function matches() {
      const wanted = fold(input.value.trim());
      const found = Array.from(select.options).filter((each) => each.value && rank(each.text, wanted) < 3);
      const seen = new Set();
      return (wanted ? found.sort((a, b) => rank(a.text, wanted) - rank(b.text, wanted)) : found)
        .filter((each) => !seen.has(each.value) && seen.add(each.value)).slice(0, 12);
    }

    function draw() {
      options = matches();
      list.replaceChildren(...options.map(function (each, at) {
        const item = document.createElement("li");
        item.id = id + "-" + at;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(at === active));
        item.textContent = each.text;
        item.addEventListener("mousedown", function (event) {
          event.preventDefault();
          choose(at);
        });
        return item;
      }));
      if (!options.length) {
        const none = document.createElement("li");
        none.setAttribute("role", "presentation");
        none.textContent = select.dataset.none || "";
        list.append(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (options[active]) {
        input.setAttribute("aria-activedescendant", id + "-" + active);
        list.children[active].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(at) {
      select.value = options[at].value;
      input.value = options[at].text;
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function askForMore() {
      const url = new URL(select.dataset.moreUrl, location.href);
      url.searchParams.set("q", input.value.trim());
      fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { clients: [] }))
        .then(function (found) {
          const known = new Set(Array.from(select.options, (each) => each.value));
          for (const each of found.clients) if (!known.has(String(each.id))) select.add(new Option(each.name, each.id));
          if (document.activeElement !== input || !input.value.trim() || select.value) return;
          if (active < 0 && matches().length) active = 0;
          draw();
        })
        .catch(() => {});
    }

    input.addEventListener("input", function () {
      select.value = "";
      active = input.value.trim() && matches().length ? 0 : -1;
      draw();
      clearTimeout(timer);
      if (select.dataset.moreUrl && input.value.trim()) timer = setTimeout(askForMore, 150);
    });
    input.addEventListener("click", () => list.hidden && draw());
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (list.hidden) draw();
        active = options.length ? (active + step + options.length) % options.length : -1;
        draw();
      } else if (event.key === "Enter" && !list.hidden && options[active] && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const next = select.dataset.next && select.form.querySelector(select.dataset.next);
        choose(active);
        if (next) next.focus();
      } else if (event.key === "Enter" && input.value.trim() && !select.value && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        active = matches().length ? 0 : -1;
        draw();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    });
    input.addEventListener("blur", function () {
      const exact = matches().filter((each) => fold(each.text) === fold(input.value.trim()));
      if (!select.value && exact.length === 1) select.value = exact[0].value;
      close();
    });
  }

  function enhance(root) {
    root.querySelectorAll("select[data-combobox]").forEach(combobox);
  }

  document.addEventListener("DOMContentLoaded", function () {
    enhance(document);
    const keysOn = document.getElementById("keys-on");
    if (keysOn) {
      keysOn.checked = !localStorage.getItem(KEYS_OFF);
      keysOn.addEventListener("change", function () {
        if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
        else localStorage.setItem(KEYS_OFF, "1");
      });
    }
    const invalid = document.querySelector('.main [aria-invalid="true"]');
    if (invalid) focusOn(invalid);
  });
})();
