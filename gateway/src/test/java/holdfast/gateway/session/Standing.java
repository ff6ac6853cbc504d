package holdfast.gateway.session;

import holdfast.session.Status;
import holdfast.store.Control;
import java.time.Instant;
import java.util.Optional;

/// How a session stands, for those who are only shown it: of the first generation, wanted, and with
/// nothing to tell but its state.
public final class Standing {
  private final String state;
  private Optional<String> reason = Optional.empty();
  private long generation = 1;
  private boolean wanted = true;
  private Optional<Status.Prompt> prompt = Optional.empty();
  private Optional<Instant> nextAttempt = Optional.empty();
  private Optional<Control.Disconnect> lastDisconnect = Optional.empty();

  private Standing(String state) {
    this.state = state;
  }

  public static Standing in(String state) {
    return new Standing(state);
  }

  Standing because(String why) {
    reason = Optional.of(why);
    return this;
  }

  public Standing generation(long number) {
    generation = number;
    return this;
  }

  Standing unwanted() {
    wanted = false;
    return this;
  }

  public Standing showing(String qr, Instant until) {
    prompt = Optional.of(new Status.Prompt(Optional.of(qr), Optional.empty(), until));
    return this;
  }

  Standing nextAttempt(Instant at) {
    nextAttempt = Optional.of(at);
    return this;
  }

  public Standing after(Control.Disconnect last) {
    lastDisconnect = Optional.of(last);
    return this;
  }

  public Status status() {
    boolean connected = state.equals("connected");
    return new Status(
        state,
        reason,
        generation,
        wanted,
        Optional.empty(),
        prompt,
        new Status.Traffic(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(state).filter(_ -> !connected)),
        new Status.Trouble(0, nextAttempt, 0, Optional.empty(), lastDisconnect),
        new Status.Running(
            Optional.of(generation).filter(_ -> connected), Optional.empty(), 0, 0, 0, 0));
  }
}
