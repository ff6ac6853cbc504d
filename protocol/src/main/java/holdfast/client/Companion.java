package holdfast.client;

import holdfast.client.netty.Endpoint;
import holdfast.client.netty.NettyTransport;
import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Settings;
import holdfast.session.Status;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// One companion of one account, for programs that want no gateway: link it, listen, send.
///
/// What it keeps goes into the store that it is given; with [MemoryStore] a link is gone when the
/// process ends.
public final class Companion implements AutoCloseable {
  private final NettyTransport transport;
  private final ClockAlarms alarms;
  private final ExecutorService executor;
  private final SessionLoop loop;

  /// `name`: under which the store keeps it. The session is restored from the store, and goes on if
  /// it was connected.
  public Companion(String name, Endpoint endpoint, Settings settings, Store store) {
    var clock = InstantSource.system();
    var random = new SecureRandom();
    transport = new NettyTransport(endpoint, clock, random);
    alarms = new ClockAlarms(clock);
    executor = Executors.newVirtualThreadPerTaskExecutor();
    var ports = new Ports(transport, alarms, store, executor, clock, random);
    loop = new SessionLoop(name, 1, ports, () -> settings);
  }

  /// Connects; links first if need be, by the QR texts that `onQr` is given.
  public CompletionStage<Outcome> start() {
    return loop.ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, false));
  }

  /// Links by a code for the phone with this number (digits only): the outcome brings the code to
  /// type there.
  public CompletionStage<Outcome> pairingCode(String phone) {
    return loop.ask(caller -> new Input.RequestCode(caller, phone));
  }

  /// A text for a person or a group; the outcome comes when it is stored to be sent.
  public CompletionStage<Outcome> send(Jid to, String text) {
    var request =
        new SendRequest(
            Optional.empty(),
            text.getBytes(StandardCharsets.UTF_8),
            to,
            new Content.Text(text),
            SendRequest.WhenBusy.QUEUE);
    return loop.ask(caller -> new Input.Send(caller, request));
  }

  /// Ends the link: the phone forgets this companion, the store its credentials.
  public CompletionStage<Outcome> logOut() {
    return loop.ask(Input.LogOut::new);
  }

  public Companion onQr(Consumer<String> listener) {
    loop.watch(status -> status.prompt().flatMap(Status.Prompt::qr).ifPresent(listener));
    return this;
  }

  /// Each event once, after it is stored; the listener must not block.
  public Companion onEvent(Consumer<Event> listener) {
    loop.listen(listener);
    return this;
  }

  public Status status() {
    return loop.status();
  }

  /// Closes the connection; the link stays.
  @Override
  public void close() {
    loop.close().toCompletableFuture().join();
    transport.close();
    alarms.close();
    executor.close();
  }
}
