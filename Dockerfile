# Two images from one lock: the product, and Piper, which is GPL and therefore a process of its own.
FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir "uv>=0.13,<1" \
 && useradd --create-home --uid 10001 voicebot
WORKDIR /app
COPY pyproject.toml uv.lock ./

FROM base AS piper
# The same versions as the lock, without the product.
RUN uv export --frozen --no-dev --extra piper --no-hashes --no-emit-project --output-file constraints.txt \
 && uv pip install --system --no-cache --constraints constraints.txt "piper-tts[http]" \
 && mkdir /voices && chown voicebot /voices
USER voicebot
ENV PIPER_VOICE=pt_BR-faber-medium
EXPOSE 5000
CMD ["sh", "-c", "python -m piper.download_voices --data-dir /voices \"$PIPER_VOICE\" && exec python -m piper.http_server -m \"$PIPER_VOICE\" --data-dir /voices --host 0.0.0.0 --port 5000"]

FROM base AS gateway
RUN uv sync --frozen --no-dev --no-cache \
 && mkdir /data /models && chown voicebot /data /models
COPY voicebot voicebot
COPY telephony telephony
COPY evaluation evaluation
COPY prompts prompts
COPY samples samples
USER voicebot
ENV PATH=/app/.venv/bin:$PATH VOICEBOT_DATA_DIR=/data VOICEBOT_MODELS_DIR=/models
EXPOSE 8000
CMD ["python", "-m", "voicebot", "serve", "--host", "0.0.0.0"]
