// What every page loads; each module does nothing where its markup is absent. No page depends on any of them.
import { startCountdowns } from "./countdown.js";
import { askOnce } from "./confirm.js";
import { closeMenus } from "./menu.js";
import { watchScores } from "./rating.js";
import { switchTheme } from "./theme.js";
import { guardPolling } from "./live.js";

startCountdowns();
askOnce();
closeMenus();
watchScores();
switchTheme();
guardPolling();
document.querySelector(".error-summary")?.focus();
