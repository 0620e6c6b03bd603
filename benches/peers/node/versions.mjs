// The version of a package as it was installed.
import { readFileSync } from "node:fs";

export function version(name) {
  const manifest = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
