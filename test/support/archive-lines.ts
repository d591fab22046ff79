import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";

/** The files of a .tar.gz by path, unpacked, gzipped members too: what a person would open to check a citation. */
export async function archiveFiles(path: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.on("entry", (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk) => chunks.push(chunk as Buffer));
    stream.on("end", () => {
      const bytes = Buffer.concat(chunks);
      if (header.type === "file") files.set(header.name, header.name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
      next();
    });
  });
  await new Promise<void>((resolve, reject) => {
    reader.on("finish", resolve).on("error", reject);
    Readable.from([gunzipSync(readFileSync(path))]).pipe(reader);
  });
  return files;
}
