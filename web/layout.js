// Lays a graph out on a plane: nodes push each other away, relations pull, and everything leans to the middle.

const LENGTH = 110;
const PUSH = 26000;
const STEPS = 240;

/** Places nodes, given as `{x, y}` that are changed in place, joined by `[from, to]` pairs of their indices. */
export class Layout {
  constructor() {
    this.nodes = [];
    this.pairs = [];
    this.heat = 0;
  }

  /** Take these nodes and pairs; a node without a place gets one beside the node it came from. */
  take(nodes, pairs) {
    nodes.forEach((node, index) => {
      if (node.x !== undefined) return;
      const angle = index * 2.4; // the golden angle: neighbours in the list are never neighbours on the plane
      const distance = 40 + 9 * Math.sqrt(index + 1) * 4;
      node.x = (node.origin?.x ?? 0) + Math.cos(angle) * distance;
      node.y = (node.origin?.y ?? 0) + Math.sin(angle) * distance;
    });
    Object.assign(this, { nodes, pairs, heat: 1 });
  }

  /** Move every node once; returns whether there is more to do. */
  step() {
    if (this.heat < 0.02) return false;
    const moves = this.nodes.map((node) => [-node.x * 0.02, -node.y * 0.022]);
    this.push(moves);
    this.pull(moves);
    const most = 26 * this.heat;
    this.nodes.forEach((node, index) => {
      const [across, down] = moves[index];
      const size = Math.hypot(across, down) || 1;
      const share = Math.min(size, most) / size;
      node.x += across * share;
      node.y += down * share;
    });
    this.heat *= 0.02 ** (1 / STEPS);
    return true;
  }

  push(moves) {
    for (let one = 0; one < this.nodes.length; one += 1) {
      for (let other = one + 1; other < this.nodes.length; other += 1) {
        const across = this.nodes[one].x - this.nodes[other].x || 0.1 * (one - other);
        const down = this.nodes[one].y - this.nodes[other].y || 0.1;
        const square = across * across + down * down;
        const force = PUSH / (square * Math.sqrt(square) + 1e-3);
        moves[one][0] += across * force;
        moves[one][1] += down * force;
        moves[other][0] -= across * force;
        moves[other][1] -= down * force;
      }
    }
  }

  pull(moves) {
    for (const [one, other] of this.pairs) {
      const across = this.nodes[other].x - this.nodes[one].x;
      const down = this.nodes[other].y - this.nodes[one].y;
      const distance = Math.hypot(across, down) || 1;
      const force = (0.06 * (distance - LENGTH)) / distance;
      moves[one][0] += across * force;
      moves[one][1] += down * force;
      moves[other][0] -= across * force;
      moves[other][1] -= down * force;
    }
  }
}
