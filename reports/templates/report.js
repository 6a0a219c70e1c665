// Filter, search, expand, copy. Without it the page is complete: everything is there and open.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const requirements = all(".requirement");
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
      button.textContent = "Copied";
    });
  }
  const tools = document.getElementById("tools");
  if (!tools) return;
  tools.hidden = false;
  const text = document.getElementById("search");
  const level = document.getElementById("level");
  const column = document.getElementById("column");
  const shown = document.getElementById("shown");
  const expand = document.getElementById("expand");
  const details = all(".requirement > details");
  requirements.slice(3).forEach((one) => all(":scope > details", one).forEach((d) => { d.open = false; }));

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of requirements) {
      const content = one.textContent.toLowerCase();
      let any = false;
      for (const d of all(":scope > details", one)) {
        d.hidden = column.value !== "" && !d.dataset.columns.split(" ").includes(column.value);
        any = any || !d.hidden;
      }
      one.hidden = !(any && (level.value === "" || one.dataset.level === level.value) && words.every((w) => content.includes(w)));
      count += !one.hidden;
    }
    shown.textContent = `${count} of ${requirements.length} requirements`;
  };
  const label = () => { expand.textContent = details.every((d) => d.open) ? "Close all" : "Open all"; };
  for (const control of [text, level, column]) control.addEventListener("input", filter);
  expand.addEventListener("click", () => {
    const open = !details.every((d) => d.open);
    details.forEach((d) => { d.open = open; });
    label();
  });
  details.forEach((d) => d.addEventListener("toggle", label));
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.classList.contains("requirement")) all(":scope > details", target).forEach((d) => { d.open = true; });
  };
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => details.forEach((d) => { d.dataset.was = d.open ? "1" : ""; d.open = true; }));
  addEventListener("afterprint", () => details.forEach((d) => { d.open = d.dataset.was === "1"; }));
  reveal();
  filter();
  label();
})();
