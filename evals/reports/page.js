"use strict";
// Everything is readable without this: it moves, filters and remembers, in the address after the "#", so that a link says what one sees.
(() => {
  const root = document.documentElement;
  const list = document.getElementById("list");
  const cases = [...list.querySelectorAll(".case")];
  const [all, failing, search, none] = ["all", "failing", "search", "none"].map((id) => document.getElementById(id));
  const words = new Map();
  let here = null;
  root.classList.add("js");

  const state = () => {
    const raw = decodeURIComponent(location.hash.slice(1).replace(/\+/g, " "));
    if (raw && !raw.includes("=")) return new URLSearchParams({ case: raw });
    return new URLSearchParams(location.hash.slice(1));
  };

  const remember = (changes) => {
    const now = state();
    for (const [name, value] of Object.entries(changes)) value ? now.set(name, value) : now.delete(name);
    history.replaceState(null, "", `#${now}`);
    show();
  };

  const heard = (one) => {
    if (!words.has(one)) words.set(one, one.textContent.toLowerCase());
    return words.get(one);
  };

  const visible = () => cases.filter((one) => !one.hidden);

  const show = () => {
    const now = state();
    const only = now.get("only") === "failing";
    const wanted = (now.get("q") || "").toLowerCase();
    for (const one of cases) one.hidden = (only && !one.dataset.failing) || (wanted !== "" && !heard(one).includes(wanted));
    none.hidden = visible().length > 0;
    all.setAttribute("aria-pressed", String(!only));
    failing.setAttribute("aria-pressed", String(only));
    if (document.activeElement !== search) search.value = now.get("q") || "";
    now.get("theme") ? (root.dataset.theme = now.get("theme")) : delete root.dataset.theme;
  };

  const stand = (one, { open = false, focus = true } = {}) => {
    if (!one) return;
    if (here) here.classList.remove("here");
    here = one;
    here.classList.add("here");
    if (open) here.open = true;
    if (focus) here.firstElementChild.focus({ preventScroll: true });
    here.scrollIntoView({ block: open ? "start" : "nearest", behavior: "instant" });
    remember({ case: here.id });
  };

  const move = (step) => {
    const shown = visible();
    const place = shown.indexOf(here);
    stand(shown[place < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, place + step))]);
  };

  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    f: () => remember({ only: state().get("only") ? "" : "failing" }),
    t: () => remember({ theme: dark() ? "light" : "dark" }),
    "/": () => search.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape" || event.key === "Enter") search.blur();
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  all.addEventListener("click", () => remember({ only: "" }));
  failing.addEventListener("click", () => remember({ only: "failing" }));
  search.addEventListener("input", () => remember({ q: search.value }));
  list.addEventListener("click", (event) => {
    const copy = event.target.closest(".copy");
    if (copy) navigator.clipboard.writeText(copy.previousElementSibling.textContent).then(() => (copy.textContent = "copied"));
    const summary = event.target.closest(".case > summary");
    if (summary) stand(summary.parentElement);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#case-"]');
    if (!link) return;
    event.preventDefault();
    const one = document.getElementById(link.getAttribute("href").slice(1));
    if (one.hidden) remember({ only: "", q: "" });
    stand(one, { open: true });
  });
  window.addEventListener("hashchange", () => {
    show();
    const one = document.getElementById(state().get("case") || "");
    if (one && one !== here) stand(one, { open: true });
  });
  window.addEventListener("beforeprint", () => cases.forEach((one) => one.dataset.failing && (one.open = true)));

  show();
  const first = document.getElementById(state().get("case") || "");
  if (first) stand(first, { open: true, focus: false });
})();
