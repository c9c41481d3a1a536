/**
 * The folders of each program from the top to the bottom. A file imports from its own folder and from rows below it;
 * folders that share a row do not import each other. A file that lies in no folder is a row by its own name.
 */
export const LAYERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  src: [
    ["index.ts"],
    ["functions"],
    ["objects"],
    ["report"],
    ["pipeline.ts"],
    ["stages"],
    ["adopt"],
    ["ci"],
    ["context"],
    ["bisect", "replay"],
    ["gates", "drift", "training"],
    ["measurements"],
    ["data"],
    ["tables"],
    ["remote"],
    ["store", "tracking", "forge"],
    ["model"],
    ["containers"],
    ["project"],
    ["evidence", "delivery", "cost"],
    ["registry", "journal"],
    ["config"],
    ["keys"],
    ["checks"],
    ["text.ts", "json.ts"],
    ["statistics"],
    ["batches.ts", "errors.ts", "lookup.ts", "loopback.ts"],
  ],
  local: [["cli"], ["runner"], ["api"], ["engine"], ["shared"], ["images", "sandbox"], ["store"], ["base"]],
};
