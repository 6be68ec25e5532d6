// Before the first paint: what was chosen here (lib/theme.ts, lib/rail.ts, lib/appearance.ts), so that no page flashes in another look.
const theme = localStorage.getItem('boxyard.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
if (localStorage.getItem('boxyard.rail') === 'narrow') document.documentElement.dataset.rail = 'narrow';
if (localStorage.getItem('boxyard.density') === 'compact')
  document.documentElement.dataset.density = 'compact';
