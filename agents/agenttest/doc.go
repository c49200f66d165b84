// Package agenttest is the suite that every agent passes: the same seed gives the same bits, on
// any kernel set and any number of threads; a run saved and restored at any point goes on as
// one that was never stopped; the budget of transitions is kept exactly; learning allocates
// nothing in its steady state; looking at the policy changes nothing; and simple problems with a
// known answer are solved.
package agenttest
