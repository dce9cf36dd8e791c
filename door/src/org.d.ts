// What org.js declares.
declare var safeconductOrg: import("./sealed/line.ts").Org;
