# The app in a container: docker build -t amostra . && docker run --rm -p 8501:8501 --read-only --tmpfs /tmp amostra
#
# On Linux PyTorch's usual build brings gigabytes of CUDA. For a machine without a GPU give the index of the CPU build, which
# PyTorch's install page names (https://pytorch.org/get-started/locally/: Linux, Pip, CPU): --build-arg TORCH_INDEX=…
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ARG TORCH_INDEX=""
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -r requirements.txt
COPY . .
RUN /venv/bin/python -m dashboard.page

FROM python:${PYTHON}-slim
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/tmp HF_HOME=/tmp/huggingface NUMBA_CACHE_DIR=/tmp/numba
RUN useradd --uid 1000 --no-create-home amostra
COPY --from=build /venv /venv
WORKDIR /app
COPY --from=build /app .
USER 1000
EXPOSE 8501
HEALTHCHECK --start-period=60s --interval=15s --timeout=5s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.fileWatcherType=none"]
