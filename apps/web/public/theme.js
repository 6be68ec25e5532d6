// Before the first paint: the theme that was chosen here (lib/theme.ts), so that no page flashes in the other one.
const theme = localStorage.getItem('boxyard.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
