package holdfast.sandbox;

import holdfast.sandbox.server.Damage;
import holdfast.sandbox.server.Wire;
import holdfast.stanza.Element;
import holdfast.stanza.StanzaCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/// The client's end of a connection, in a test's hand. What it hears has been through the codec.
public final class FakeWire implements Wire {
  private final Scene scene;
  private final List<Element> heard = new ArrayList<>();
  private int pings;
  private boolean closed;
  private boolean swallowed;

  public FakeWire(Scene scene) {
    this.scene = scene;
  }

  @Override
  public void send(Element stanza) {
    heard.add(StanzaCodec.decode(StanzaCodec.encode(stanza)));
  }

  @Override
  public void send(Element stanza, Damage damage) {
    heard.add(StanzaCodec.decode(damage.stanza(StanzaCodec.encode(stanza))));
  }

  @Override
  public void ping() {
    pings++;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void cut() {
    closed = true;
  }

  @Override
  public void swallow() {
    swallowed = true;
  }

  public boolean isSwallowed() {
    return swallowed;
  }

  public int pings() {
    return pings;
  }

  public boolean isClosed() {
    return closed;
  }

  public List<Element> heard() {
    return heard;
  }

  /// All stanzas of a tag that haven't been taken.
  public List<Element> heard(String tag) {
    return heard.stream().filter(stanza -> stanza.is(tag)).toList();
  }

  /// The next stanza of a tag, taken.
  public Element take(String tag) {
    var found = heard(tag).stream().findFirst().orElseThrow(() -> new NoSuchElementException(tag));
    heard.remove(found);
    return found;
  }

  public void forget() {
    heard.clear();
  }

  public void says(Element stanza) {
    scene.run(() -> scene.network().received(this, stanza));
  }

  public void pongs() {
    scene.run(() -> scene.network().ponged(this));
  }

  /// Goes away: with a close frame, or because its TCP connection ended.
  public void goes(boolean orderly) {
    scene.run(() -> scene.network().closed(this, orderly));
  }
}
