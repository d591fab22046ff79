import { deflateRawSync } from "node:zlib";
import tar from "tar-stream";
import { crc32Of } from "./crc32.js";

export interface TarMember {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly type?: "file" | "link" | "symlink" | "character-device" | "block-device" | "fifo" | "directory";
  readonly linkname?: string;
  readonly mtime?: Date;
}

/** A tar as tar-stream writes it: not the code under test. */
export async function tarOf(...members: readonly TarMember[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, content = "", type = "file", linkname, mtime = new Date(0) } of members) {
    pack.entry({ name, type, mtime, ...(linkname === undefined ? {} : { linkname }) }, Buffer.from(content));
  }
  pack.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of pack) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export interface ZipMember {
  readonly name: string;
  readonly content: string | Buffer;
  readonly stored?: boolean;
  readonly encrypted?: boolean;
  /** Unix mode in the external attributes: 0o120777 is a symbolic link. */
  readonly mode?: number;
  /** Sizes behind the data, as when a zip is written to a pipe. */
  readonly streamed?: boolean;
}

export function zipOf(...members: readonly ZipMember[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const raw = Buffer.from(member.content);
    const data = member.stored === true ? raw : deflateRawSync(raw);
    const name = Buffer.from(member.name);
    const flags = (member.encrypted === true ? 1 : 0) | (member.streamed === true ? 8 : 0) | 0x800;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(member.stored === true ? 0 : 8, 4);
    common.writeUInt16LE(0, 6);
    common.writeUInt16LE(((2024 - 1980) << 9) | (3 << 5) | 5, 8);
    common.writeUInt32LE(crc32Of(raw), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(name.length, 22);
    const localCommon = Buffer.from(common);
    if (member.streamed === true) localCommon.fill(0, 10, 22);
    const head = Buffer.concat([signature(0x04034b50), localCommon, name]);
    const behind =
      member.streamed === true ? Buffer.concat([signature(0x08074b50), common.subarray(10, 22)]) : Buffer.alloc(0);
    local.push(head, data, behind);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), Buffer.from([20, 3]), common, tail, name);
    offset += head.length + data.length + behind.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, index, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
