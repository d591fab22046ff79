import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChainLink, Incident } from "../../src/contracts/analysis.js";
import { blockingTree, type TreeNode } from "../../src/report/view/blocking-tree.js";
import { wedgeIncident } from "../support/sample-document.js";

function link(blocker: number, blocked: number, seconds: number): ChainLink {
  return {
    blocker: { pid: blocker, cmd: "a" },
    blocked: { pid: blocked, cmd: "a" },
    resource: "db.rev",
    seconds,
    certainty: "logged",
    evidence: [],
  };
}

function incidentWith(chain: ChainLink[], suspectPid: number | null): Incident {
  const incident = wedgeIncident();
  const suspect =
    suspectPid === null || incident.suspect === null ? null : { ...incident.suspect, pid: suspectPid, cmd: "a" };
  return { ...incident, chain, suspect };
}

/** `1(2(3) 4)` */
function shape(nodes: readonly TreeNode[]): string {
  return nodes.map(({ pid, children }) => (children.length === 0 ? `${pid}` : `${pid}(${shape(children)})`)).join(" ");
}

describe("the blocking tree", () => {
  it("puts each command under the one it waited for longest, longest waits first", () => {
    const tree = blockingTree(incidentWith([link(1, 2, 5), link(1, 3, 9), link(2, 4, 3), link(3, 4, 7)], 1));
    expect(shape(tree)).toBe("1(3(4) 2)");
    expect(tree[0]?.children[0]?.children[0]?.otherLinks.map(({ blocker }) => blocker.pid)).toEqual([2]);
  });

  it("puts the suspect's tree first, the others by size", () => {
    const chain = [link(1, 2, 1), link(1, 3, 1), link(5, 6, 1), link(8, 9, 1), link(8, 10, 1), link(8, 11, 1)];
    expect(shape(blockingTree(incidentWith(chain, 5)))).toBe("5(6) 8(9 10 11) 1(2 3)");
  });

  it("opens a circle at the suspect and says so", () => {
    const tree = blockingTree(incidentWith([link(1, 2, 4), link(2, 3, 4), link(3, 1, 4), link(3, 4, 2)], 2));
    expect(shape(tree)).toBe("2(3(1 4))");
    expect(tree[0]?.circle?.blocker.pid).toBe(1);
  });

  it("shows a command that waits for itself", () => {
    expect(shape(blockingTree(incidentWith([link(7, 7, 1)], null)))).toBe("7");
  });

  it("holds every command exactly once, whatever the chain, and counts what is below", () => {
    const links = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 9 })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(links, fc.integer({ min: 1, max: 12 }), (pairs, suspect) => {
        const chain = pairs.map(([blocker, blocked, seconds]) => link(blocker, blocked, seconds));
        const tree = blockingTree(incidentWith(chain, suspect));
        const seen: number[] = [];
        const visit = (node: TreeNode): number => {
          seen.push(node.pid);
          const below = node.children.reduce((sum, child) => sum + 1 + visit(child), 0);
          expect(node.descendantCount).toBe(below);
          return below;
        };
        tree.forEach(visit);
        const pids = new Set(pairs.flatMap((pair) => pair.slice(0, 2)));
        expect(seen.sort((a, b) => a - b)).toEqual([...pids].sort((a, b) => a - b));
      }),
    );
  });

  it("takes a chain twenty thousand deep", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => link(index, index + 1, 1));
    expect(blockingTree(incidentWith(chain, 0))[0]?.descendantCount).toBe(20_000);
  });
});
