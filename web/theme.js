// Light, dark, or as the system says.

const CHOICE = "knowledge-rag.theme";
const THEMES = ["system", "light", "dark"];

/** Which one is chosen. */
export const theme = () => (THEMES.includes(localStorage.getItem(CHOICE)) ? localStorage.getItem(CHOICE) : "system");

/** Show the page in the theme that is chosen. */
export function showTheme() {
  document.documentElement.dataset.theme = theme();
}

/** Choose the next theme and show it. */
export function nextTheme() {
  localStorage.setItem(CHOICE, THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  showTheme();
}
