package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.ReceiptDocument;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.util.BigIntegers;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SM2 is the same here and in OpenSSL, in both directions. */
class OpenSslTest {
  private static final String[] SM2_OPTIONS = {
    "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"
  };

  private final Path folder;

  OpenSslTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void openSslVerifiesOurSignature() throws IOException {
    SealedBlock block = SampleReceipts.block(SampleReceipts.SM2, 3);
    Files.writeString(
        folder.resolve("key.pem"), SampleReceipts.pem(SampleReceipts.SM2.publicKey()));
    Files.write(folder.resolve("header"), block.header());
    Files.write(folder.resolve("signature"), der(block.signature()));
    ShellScripts.Result result =
        pkeyutl("-verify", "-pubin", "-inkey", "key.pem", "-in", "header", "-sigfile", "signature");
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("Signature Verified Successfully"), result.output());

    Files.write(folder.resolve("header"), new byte[] {'x'});
    ShellScripts.Result forged =
        pkeyutl("-verify", "-pubin", "-inkey", "key.pem", "-in", "header", "-sigfile", "signature");
    assertEquals(1, forged.exit(), forged.output());
  }

  @Test
  void weVerifyOpenSslsSignature() throws IOException {
    openssl("genpkey", "-algorithm", "SM2", "-out", "private.pem");
    openssl("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem");
    SealedBlock ours = SampleReceipts.block(SampleReceipts.SM2, 3);
    Files.write(folder.resolve("header"), ours.header());
    ShellScripts.Result signed =
        pkeyutl("-sign", "-inkey", "private.pem", "-in", "header", "-out", "signature");
    assertEquals(0, signed.exit(), signed.output());

    byte[] signature = plain(Files.readAllBytes(folder.resolve("signature")));
    SealedBlock theirs =
        new SealedBlock(ours.header(), ours.hash(), signature, ours.kid(), ours.tree());
    byte[] receipt =
        ReceiptDocument.write(theirs.receipt(SampleReceipts.id(2), SampleReceipts.body(2), 2));
    ReceiptVerifier verifier = new ReceiptVerifier(List.of(publicKey()));
    assertEquals(Verification.Reason.VALID, verifier.verify(receipt).reason());
  }

  /** OpenSSL's key under the name that the header has. */
  private PublicKey publicKey() throws IOException {
    try (PemReader pem = new PemReader(Files.newBufferedReader(folder.resolve("public.pem")))) {
      byte[] spki = pem.readPemObject().getContent();
      return PublicKey.of(SampleReceipts.SM2.kid(), ReceiptAlgorithm.SM2, spki);
    }
  }

  private ShellScripts.Result pkeyutl(String... arguments) {
    String[] command = {"openssl", "pkeyutl"};
    String[] all = Arrays.copyOf(command, command.length + arguments.length + SM2_OPTIONS.length);
    System.arraycopy(arguments, 0, all, command.length, arguments.length);
    System.arraycopy(SM2_OPTIONS, 0, all, command.length + arguments.length, SM2_OPTIONS.length);
    return ShellScripts.run(folder, all);
  }

  private void openssl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ShellScripts.Result result = ShellScripts.run(folder, command);
    assertEquals(0, result.exit(), result.output());
  }

  private static byte[] der(byte[] plain) throws IOException {
    return new DERSequence(
            new ASN1Integer[] {
              new ASN1Integer(new BigInteger(1, Arrays.copyOf(plain, 32))),
              new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(plain, 32, 64)))
            })
        .getEncoded();
  }

  private static byte[] plain(byte[] der) {
    ASN1Sequence sequence = ASN1Sequence.getInstance(der);
    byte[] plain = new byte[64];
    for (int i = 0; i < 2; i++) {
      BigInteger half = ASN1Integer.getInstance(sequence.getObjectAt(i)).getPositiveValue();
      System.arraycopy(BigIntegers.asUnsignedByteArray(32, half), 0, plain, 32 * i, 32);
    }
    return plain;
  }
}
