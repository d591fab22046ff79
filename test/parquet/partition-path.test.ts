import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partitionFolder } from "../../src/parquet/partition-path.js";

describe("folders of partitions", () => {
  it.each([
    ["edge-1.site_a", "server=edge-1.site_a"],
    ["2024-03-05", "server=2024-03-05"],
    ["..", "server=.."],
    ["../../etc/passwd", "server=..%2F..%2Fetc%2Fpasswd"],
    ["a=b/date=2024", "server=a%3Db%2Fdate%3D2024"],
    ["100%41", "server=100%2541"],
    ["nul\0\n\u001b[2J", "server=nul%00%0A%1B%5B2J"],
    ["büro", "server=b%C3%BCro"],
    ["", "server=__HIVE_DEFAULT_PARTITION__"],
    [null, "server=__HIVE_DEFAULT_PARTITION__"],
    ["__HIVE_DEFAULT_PARTITION__", "server=%5F_HIVE_DEFAULT_PARTITION__"],
  ])("%j is %s", (value, folder) => expect(partitionFolder("server", value)).toBe(folder));

  it("any name is one folder of bounded length, and short names come back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 400 }), (name) => {
        const folder = partitionFolder("server", name);
        expect(folder).toMatch(/^server=[A-Za-z0-9._%-]{1,220}$/);
        if (folder.length < 180 && Buffer.from(name).toString() === name)
          expect(decodeURIComponent(folder.slice(7))).toBe(name);
      }),
    );
  });

  it("long names that begin alike stay apart", () => {
    const [a, b] = ["a", "b"].map((end) => partitionFolder("server", `${"é".repeat(300)}${end}`));
    expect(a).not.toBe(b);
    expect(a).toMatch(/(?:%[0-9A-F]{2})-[0-9a-f]{16}$/);
  });
});
