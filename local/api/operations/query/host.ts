import { makes } from "../define.ts";

export const host = makes("Query", "Host", "host", { doc: "The machine that the session runs on.", apply: () => ({}) });
