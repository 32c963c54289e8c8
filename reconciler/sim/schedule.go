package sim

import (
	"container/heap"
	"runtime"
	"time"
)

// schedule runs many invocations on one clock. An invocation stops at every call that leaves the loop, and the others
// continue meanwhile. Only one runs at any moment, so the world needs no locks, and a run can be repeated from its
// seed.
type schedule struct {
	clock   *clock
	queue   events
	n       int
	current *process
	// running counts the invocations that have begun and not ended.
	running int
}

// process is one invocation. It runs only between resume and parked.
type process struct {
	resume, parked chan struct{}
	over, crashed  bool
	ended          func(crashed bool)
}

// at calls do at that time. Calls at the same time run in the order in which they were added.
func (s *schedule) at(when time.Time, do func()) {
	s.n++
	heap.Push(&s.queue, event{at: when, n: s.n, do: do})
}

func (s *schedule) after(d time.Duration, do func()) { s.at(s.clock.now.Add(d), do) }

// runUntil runs the world until that time.
func (s *schedule) runUntil(end time.Time) {
	for len(s.queue) > 0 && !s.queue[0].at.After(end) {
		e := heap.Pop(&s.queue).(event)
		s.clock.now = later(s.clock.now, e.at)
		e.do()
	}
	s.clock.now = later(s.clock.now, end)
}

// start begins an invocation and runs it up to its first pause. It calls ended when the invocation has returned or
// crashed.
func (s *schedule) start(invocation func(), ended func(crashed bool)) {
	p := &process{resume: make(chan struct{}), parked: make(chan struct{}), ended: ended}
	s.running++
	go func() {
		<-p.resume
		defer func() { p.over = true; p.parked <- struct{}{} }()
		invocation()
	}()
	s.resume(p)
}

func (s *schedule) resume(p *process) {
	s.current = p
	p.resume <- struct{}{}
	<-p.parked
	s.current = nil
	if p.over {
		s.running--
		p.ended(p.crashed)
	}
}

// pause stops the current invocation for that long, while the others continue.
func (s *schedule) pause(d time.Duration) {
	p := s.current
	s.after(d, func() { s.resume(p) })
	p.parked <- struct{}{}
	<-p.resume
}

// crash ends the current invocation as a crash does: nothing after this call happens.
func (s *schedule) crash() {
	s.current.crashed = true
	runtime.Goexit()
}

type event struct {
	at time.Time
	n  int
	do func()
}

// events is a heap ordered by time.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || (e[i].at.Equal(e[j].at) && e[i].n < e[j].n)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	old[len(old)-1] = event{}
	*e = old[:len(old)-1]
	return last
}
