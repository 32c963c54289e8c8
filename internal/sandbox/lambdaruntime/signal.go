package lambdaruntime

import (
	"syscall"
	"time"
)

// KillOne ends one process that works on an invocation, chosen by pick among n, as SIGKILL does. It reports whether there
// was one.
func (f *Function) KillOne(pick func(n int) int) bool {
	return f.one(pick, (*environment).kill)
}

// Freeze stops one process that works on an invocation, chosen by pick among n, for that long: its clock goes on, and its
// leases end. It returns at once and reports whether there was one.
func (f *Function) Freeze(pick func(n int) int, d time.Duration) bool {
	return f.one(pick, func(e *environment) {
		if syscall.Kill(e.cmd.Process.Pid, syscall.SIGSTOP) != nil {
			return
		}
		go func() {
			select {
			case <-time.After(d):
				_ = syscall.Kill(e.cmd.Process.Pid, syscall.SIGCONT)
			case <-e.exited:
			}
		}()
	})
}

func (f *Function) one(pick func(n int) int, do func(*environment)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	var busy []*environment
	for env := range f.alive {
		if env.running() && env.current.Load() != nil {
			busy = append(busy, env)
		}
	}
	if len(busy) == 0 {
		return false
	}
	do(busy[pick(len(busy))])
	return true
}
