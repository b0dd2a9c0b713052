// What every page loads; each module does nothing where its markup is absent. No page depends on any of them.
import { startCountdowns } from "./countdown.js";
import { askWhatIsNeeded } from "./asked.js";
import { chooseMany } from "./bulk.js";
import { chooseRows } from "./choosing.js";
import { announce, askOnce } from "./confirm.js";
import { offerReplies } from "./canned.js";
import { offerPeople } from "./mentions.js";
import { helpWriting } from "./composer.js";
import { takeFiles } from "./drop.js";
import { keepDrafts } from "./drafts.js";
import { fillFacets } from "./facets.js";
import { closeMenus } from "./menu.js";
import { openPalette } from "./palette.js";
import { tellPresence } from "./presence.js";
import { dismissDefinitions, offerPrinting } from "./printing.js";
import { tellConnection } from "./offline.js";
import { watchScores } from "./rating.js";
import { tellWaiting } from "./slow.js";
import { tellWhatWasDone } from "./toasts.js";
import { showCurrentOfStrips } from "./strip.js";
import { switchTheme } from "./theme.js";
import { keepTicketLive } from "./ticket-live.js";
import { offerZone } from "./zone.js";
import { tendTicket } from "./timeline.js";
import { listenToKeys } from "./keys.js";
import { keepQueueLive } from "./live.js";
import { pollRegions } from "./poll.js";

tellConnection();
tellWaiting();
tellWhatWasDone();
startCountdowns();
askWhatIsNeeded();
chooseRows();
askOnce();
takeFiles();
helpWriting();
offerReplies();
offerPeople();
keepDrafts();
closeMenus();
fillFacets();
openPalette();
tellPresence();
dismissDefinitions();
offerPrinting();
watchScores();
switchTheme();
showCurrentOfStrips();
offerZone();
tendTicket();
keepTicketLive();
pollRegions();
keepQueueLive();
chooseMany();
listenToKeys();

// A refused form leads to what is wrong; other swaps leave the focus alone.
const leadToErrors = (place) => place.querySelector(".error-summary:not(.specimen *)")?.focus();
leadToErrors(document);
document.addEventListener("htmx:after:swap", (event) => event.target.matches?.("form") && leadToErrors(event.target));

// What was found while typing is told in a sentence.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.target.id !== "ask") return;
  announce(document.querySelector("#found [data-announce]")?.textContent ?? "");
});
