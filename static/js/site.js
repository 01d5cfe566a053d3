// What every page needs. Browsers get it as one file, without imports (jobs/modules.py): on a slow line four small files
// wait for each other, and the photo of the page with them. The last one may fail where nothing may be stored.
import "./menu.js";
import "./once.js";
import "./confirm.js";
import "./arrival.js";
