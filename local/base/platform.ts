import { arch } from "node:process";

const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", arm: "arm/v7" };

/** This machine as images name it: `linux/amd64`. */
export const hostPlatform = `linux/${architectures[arch] ?? arch}`;
