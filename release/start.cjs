// The first file of the npm package: an older Node could not read the others, and would say so in words of its own.
const { engines } = require("../package.json");

const oldest = engines.node.replace(">=", "");
const [major, minor] = oldest.split(".").map(Number);
const [ours, oursMinor] = process.versions.node.split(".").map(Number);

if (ours > major || (ours === major && oursMinor >= minor)) import("./cli/main.mjs");
else {
  process.stderr.write(
    `ml-pipeline: needs Node ${oldest} or later, and this is ${process.version}. Another one for this call alone: ` +
      "npx --package=node@24 --package=ml-pipeline ml-pipeline …\n",
  );
  process.exitCode = 2;
}
