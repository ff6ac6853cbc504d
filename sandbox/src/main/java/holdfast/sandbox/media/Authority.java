package holdfast.sandbox.media;

import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Records;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The sandbox's X.509 identity for `https` and `wss`: a certificate for this machine, and the
/// authority over it that clients are told to trust.
///
/// The authority's private key signs once and is forgotten, so that whoever trusts the authority
/// trusts this one certificate and nothing that could be made later.
public record Authority(String authorityPem, String certificatePem, String keyPem) {
  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final X500Name NAME = new X500Name("CN=Holdfast sandbox authority");
  private static final String SIGNATURE = "SHA256withECDSA";

  /// The names under which clients may come: this machine, and the real ones for a client that only
  /// its dialler was bent.
  private static final GeneralNames HOSTS =
      new GeneralNames(
          new GeneralName[] {
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1"),
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.dNSName, "web.whatsapp.com"),
            new GeneralName(GeneralName.dNSName, "mmg.whatsapp.net")
          });

  /// The stored one, or a new one that is then stored.
  public static Authority of(Records records, Instant now) {
    var found = new Authority[1];
    records.each("tls", (_, bytes) -> found[0] = Json.read(bytes, Authority.class));
    if (found[0] != null) {
      return found[0];
    }
    var made = make(now);
    records.put("tls", "server", () -> Json.bytes(made));
    return made;
  }

  private static Authority make(Instant now) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var authority = generator.generateKeyPair();
      var server = generator.generateKeyPair();
      var root =
          begun(NAME, authority, now)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      var leaf =
          begun(new X500Name("CN=Holdfast sandbox"), server, now)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.subjectAlternativeName, false, HOSTS);
      var signer = new JcaContentSignerBuilder(SIGNATURE).build(authority.getPrivate());
      return new Authority(
          pem(root.build(signer)),
          pem(leaf.build(signer)),
          pem(new JcaPKCS8Generator(server.getPrivate(), null)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK can't make a certificate", e);
    }
  }

  private static JcaX509v3CertificateBuilder begun(X500Name name, KeyPair keys, Instant now) {
    return new JcaX509v3CertificateBuilder(
        NAME,
        new BigInteger(120, new SecureRandom()).setBit(0),
        Date.from(now.minus(Duration.ofDays(1))),
        Date.from(now.plus(VALIDITY)),
        name,
        keys.getPublic());
  }

  /// `object`: a certificate or a key, as the library writes them.
  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "Authority[]";
  }
}
