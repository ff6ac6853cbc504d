package holdfast.gateway.store;

/// An event as it leaves the gateway, the same on every way out.
public final class Envelope {
  private Envelope() {}

  /// `{id, tenant, seq, type, at, data}`. Tenant ids and types hold nothing that JSON would escape.
  public static String of(EventLog.Entry entry) {
    return """
    {"id":"%s","tenant":"%s","seq":%d,"type":"%s","at":"%s","data":%s}"""
        .formatted(entry.id(), entry.tenant(), entry.seq(), entry.type(), entry.at(), entry.data());
  }
}
