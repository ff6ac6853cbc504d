package holdfast.example;

import holdfast.client.Companion;
import holdfast.client.MemoryStore;
import holdfast.client.netty.Endpoint;
import holdfast.pairing.Device;
import holdfast.session.Settings;
import holdfast.store.Event;

/// Links by QR and echoes every text. Forgets the link when it ends: [MemoryStore] says so.
public final class Echo {
  private static final long REVISION = 1_045_649_367L;

  public static void main(String[] arguments) throws InterruptedException {
    var settings = Settings.of(new Device("Mac OS", REVISION));
    try (var companion = new Companion("me", Endpoint.WHATSAPP, settings, new MemoryStore())) {
      companion.onQr(qr -> System.out.println("scan this as a QR: " + qr));
      companion.onEvent(
          event -> {
            if (event instanceof Event.MessageReceived it
                && !it.fromMe()
                && it.text().isPresent()) {
              var _ = companion.send(it.chat().jid(), it.text().get());
            }
          });
      System.out.println(companion.start().toCompletableFuture().join());
      Thread.currentThread().join();
    }
  }

  private Echo() {}
}
