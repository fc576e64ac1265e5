package topology

import (
	"fmt"
	"math"
	"strings"
)

// Sizes of a drawing, in its units.
const (
	boxWidth, boxHeight = 104, 40
	spread              = 230 // how far nodes with a wire between them are from each other
	margin              = 90
	rounds              = 400 // of moving nodes apart and together
	mostMoved           = 400 // nodes; more stay on a circle
)

type point struct{ x, y float64 }

func (p point) minus(q point) point             { return point{p.x - q.x, p.y - q.y} }
func (p point) along(q point, by float64) point { return point{p.x + q.x*by, p.y + q.y*by} }
func (p point) length() float64                 { return math.Hypot(p.x, p.y) }

// SVG returns the graph as a drawing. The same graph gives the same.
func (g *Graph) SVG() string {
	at, index := g.places()
	var wires, boxes strings.Builder
	parallel := map[[2]int]int{}
	for _, w := range g.Wires {
		a, b := index[w.A.Node], index[w.B.Node]
		n := parallel[[2]int{min(a, b), max(a, b)}]
		parallel[[2]int{min(a, b), max(a, b)}]++
		drawWire(&wires, &w, at[a], at[b], n, a > b)
	}
	for i, n := range g.Nodes {
		drawNode(&boxes, &n, at[i])
	}
	size := point{}
	for _, p := range at {
		size.x, size.y = max(size.x, p.x), max(size.y, p.y)
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" text-anchor=\"middle\">\n"+
		"<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s%s</svg>\n", size.x+margin, size.y+margin, escapeXML.Replace(g.Lab), &wires, &boxes)
}

var escapeXML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// places says where nodes are drawn: on a circle at first, from which wires draw them
// together and all push each other away.
func (g *Graph) places() (at []point, index map[string]int) {
	index = map[string]int{}
	radius := spread * max(1, float64(len(g.Nodes))/(2*math.Pi))
	for i, n := range g.Nodes {
		index[n.Name] = i
		angle := 2 * math.Pi * float64(i) / float64(len(g.Nodes))
		at = append(at, point{radius * math.Sin(angle), -radius * math.Cos(angle)})
	}
	for round := range rounds {
		if len(at) <= mostMoved {
			g.relax(at, index, spread*(1-float64(round)/rounds)/4)
		}
	}
	low := point{math.Inf(1), math.Inf(1)}
	for _, p := range at {
		low.x, low.y = min(low.x, p.x), min(low.y, p.y)
	}
	for i := range at {
		at[i] = at[i].minus(low).along(point{margin, margin}, 1)
	}
	return at, index
}

// relax moves each node a step, at most so far (Fruchterman and Reingold, 1991).
func (g *Graph) relax(at []point, index map[string]int, step float64) {
	force := make([]point, len(at))
	for i := range at {
		for j := range i {
			d := at[i].minus(at[j])
			push := spread * spread / max(d.length()*d.length(), 1)
			force[i], force[j] = force[i].along(d, push), force[j].along(d, -push)
		}
	}
	for _, w := range g.Wires {
		i, j := index[w.A.Node], index[w.B.Node]
		d := at[i].minus(at[j])
		pull := d.length() / spread
		force[i], force[j] = force[i].along(d, -pull), force[j].along(d, pull)
	}
	for i := range at {
		if n := force[i].length(); n > 0 {
			at[i] = at[i].along(force[i], min(step, n)/n)
		}
	}
}

// drawWire draws the n-th wire between two nodes, as a line that is bent the more the more
// wires are there; the other way round for back, so that they bend apart.
func drawWire(out *strings.Builder, w *GraphWire, a, b point, n int, back bool) {
	d := b.minus(a)
	middle := a.along(d, 0.5)
	bend := float64((n+1)/2) * 70 * float64(1-2*(n%2))
	if back {
		bend = -bend
	}
	across := point{0, -2.2 * boxHeight} // of a node to itself
	if d.length() > 0 {
		across = point{}.along(point{-d.y, d.x}, bend/d.length())
	}
	by := middle.along(across, 1)
	if d.length() == 0 {
		fmt.Fprintf(out, "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"%d\" fill=\"none\" stroke=\"#666\"/>\n", a.x, a.y-boxHeight, boxHeight)
	} else {
		fmt.Fprintf(out, "<path d=\"M%.0f %.0fQ%.0f %.0f %.0f %.0f\" fill=\"none\" stroke=\"#666\"/>\n", a.x, a.y, by.x, by.y, b.x, b.y)
	}
	drawEnd(out, &w.A, quadratic(a, by, b, 0.36))
	drawEnd(out, &w.B, quadratic(a, by, b, 0.64))
}

// quadratic is a point of a Bézier curve.
func quadratic(a, by, b point, t float64) point {
	return point{}.along(a, (1-t)*(1-t)).along(by, 2*t*(1-t)).along(b, t*t)
}

// drawEnd writes what stands at an end of a wire.
func drawEnd(out *strings.Builder, e *GraphEnd, p point) {
	words := e.words()
	fmt.Fprintf(out, "<text font-size=\"10\" fill=\"#333\" stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\">")
	for i, word := range words {
		fmt.Fprintf(out, "<tspan x=\"%.0f\" y=\"%.0f\">%s</tspan>", p.x, p.y+12*(float64(i)-float64(len(words)-1)/2)+3, escapeXML.Replace(word))
	}
	out.WriteString("</text>\n")
}

// drawNode draws a node: those of others dashed.
func drawNode(out *strings.Builder, n *GraphNode, p point) {
	dashed := ""
	if !n.Owned {
		dashed = " stroke-dasharray=\"5 3\""
	}
	fmt.Fprintf(out, "<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#eef3fa\" stroke=\"#345\"%s/>\n", p.x-boxWidth/2, p.y-boxHeight/2, boxWidth, boxHeight, dashed)
	name := p.y + 4
	if n.Address.IsValid() {
		name = p.y - 3
		fmt.Fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"10\">%s</text>\n", p.x, p.y+12, n.Address)
	}
	fmt.Fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"13\" font-weight=\"bold\">%s</text>\n", p.x, name, escapeXML.Replace(n.Name))
}
