/* Asks how far the publication is until it is live or has failed. */

const PAUSE = 1000;

export function followProgress(section) {
  if (section.dataset.state !== "running") return;
  const ask = async () => {
    try {
      const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok && show(section, await answer.json())) return;
    } catch { /* the network is away for a moment: ask again */ }
    setTimeout(ask, PAUSE);
  };
  setTimeout(ask, PAUSE);
}

function show(section, state) {
  const sentence = section.querySelector("[data-sentence]");
  if (sentence.textContent !== state.sentence) sentence.textContent = state.sentence;
  const link = section.querySelector("[data-address]");
  link.hidden = !state.address;
  if (state.address) link.href = state.address;
  section.querySelector("[data-address-text]").textContent = state.address;
  const details = section.querySelector("[data-details]");
  details.hidden = !state.details;
  details.textContent = state.details;
  return state.done || state.failed;
}
